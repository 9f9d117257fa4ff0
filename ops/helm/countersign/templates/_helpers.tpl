{{- define "countersign.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "countersign.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "countersign.name" .) -}}
{{- end }}

{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: service
{{- end }}

{{- define "countersign.labels" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "countersign.image" -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- end }}

{{/* The same for the service and for the migration: nothing that a process does not need. */}}
{{- define "countersign.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "countersign.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
capabilities:
  drop: [ALL]
{{- end }}

{{/* The variables that the chart itself decides; config may not change them. */}}
{{- define "countersign.env" -}}
- name: HOST
  value: 0.0.0.0
- name: PORT
  value: "3000"
- name: COUNTERSIGN_METRICS_PORT
  value: "9090"
- name: COUNTERSIGN_DATA_DIR
  value: /var/lib/countersign
- name: COUNTERSIGN_AUDIT_SIGNING_KEY_FILE
  value: /etc/countersign-signing-key/signing-key.pem
{{- end }}

{{- define "countersign.envFrom" -}}
- configMapRef:
    name: {{ include "countersign.name" . }}
- secretRef:
    name: {{ .Values.secretName }}
{{- end }}

{{- define "countersign.volumeMounts" -}}
- name: data
  mountPath: /var/lib/countersign
- name: tmp
  mountPath: /tmp
- name: signing-key
  mountPath: /etc/countersign-signing-key
  readOnly: true
{{- if .Values.files }}
- name: files
  mountPath: /etc/countersign
  readOnly: true
{{- end }}
{{- end }}

{{- define "countersign.volumes" -}}
- name: data
  emptyDir: {}
- name: tmp
  emptyDir: {}
- name: signing-key
  secret:
    secretName: {{ .Values.signingKeySecretName }}
    defaultMode: 288 # 0440: the group of the pod reads it
{{- if .Values.files }}
- name: files
  configMap:
    name: {{ include "countersign.name" . }}-files
{{- end }}
{{- end }}
