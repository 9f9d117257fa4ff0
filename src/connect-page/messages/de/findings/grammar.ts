import type { TranslationOf } from '../../../../lib/message.ts';
import type { GRAMMAR_TEXTS } from '../../../../policy-checks/findings/catalogue/grammar-texts.ts';

export const grammar: TranslationOf<typeof GRAMMAR_TEXTS> = {
  'finding.correctName': 'Der richtige Name ist {name}.',
  'finding.correctKey': 'Der richtige Schlüssel ist {key}.',
  'finding.not_a_trust_policy':
    'Dieses Statement hat eine Resource und keinen Principal. Es gehört also zu einer Berechtigungsrichtlinie, die festlegt, was die Rolle tun darf. Die Vertrauensrichtlinie legt fest, wer die Rolle übernehmen darf.',
  'finding.not_a_trust_policy.fix':
    'Fügen Sie die Richtlinie ein, die die IAM-Konsole bei der Rolle unter „Vertrauensbeziehungen“ zeigt.',

  'malformed.no_statement': 'Die Richtlinie hat kein Statement, deshalb kann niemand die Rolle übernehmen.',
  'malformed.no_statement.fix': 'Verwenden Sie die vorgeschlagene Richtlinie.',
  'malformed.statements_only': 'Das sind Statements ohne die Richtlinie um sie herum.',
  'malformed.statements_only.fix': 'Eine Richtlinie hat die Form {policy}.',
  'malformed.not_a_policy':
    'Das ist JSON, aber keine Vertrauensrichtlinie: Eine Richtlinie hat "Version" und "Statement".',
  'malformed.not_a_policy.fix': 'Eine Richtlinie hat die Form {policy}.',
  'malformed.id': 'Id ist keine Zeichenfolge.',
  'malformed.id.fix': 'Schreiben Sie den Wert in doppelten Anführungszeichen, oder entfernen Sie ihn.',
  'malformed.effect_missing': 'Das Statement hat kein Effect.',
  'malformed.effect_missing.fix': 'Schreiben Sie als Effect "Allow" oder "Deny", genau so geschrieben.',
  'malformed.effect': '{value} ist kein gültiger Wert für Effect.',
  'malformed.effect.fix': 'Schreiben Sie als Effect "Allow" oder "Deny", genau so geschrieben.',
  'malformed.statement': 'Das Statement ist kein Objekt, oder es hat sowohl Action als auch NotAction.',
  'malformed.statement.fix': 'Korrigieren Sie das Statement, oder entfernen Sie es.',
  'malformed.no_action': '{value} nennt keine Aktion.',
  'malformed.no_action.fix': 'Geben Sie mindestens eine Aktion an, zum Beispiel "sts:AssumeRole".',
  'malformed.operators': 'Condition ist kein Objekt aus Operatoren.',
  'malformed.operators.fix': 'Schreiben Sie innerhalb von Condition {condition}.',
  'malformed.keys': '{value} ist kein Objekt aus Bedingungsschlüsseln.',
  'malformed.keys.fix': 'Schreiben Sie innerhalb von Condition {condition}.',
  'malformed.condition_value': '{value} hat einen Wert, der keine Zeichenfolge ist.',
  'malformed.condition_value.fix':
    'Schreiben Sie eine Zeichenfolge oder eine Liste von Zeichenfolgen ohne verschachtelte Klammern.',
  'malformed.other': '{value} entspricht nicht der Grammatik der IAM-Richtliniensprache.',
  'malformed.other.fix': 'Korrigieren Sie diesen Teil, oder entfernen Sie das Statement.',

  'finding.version_invalid': 'Die Version {version} gibt es nicht.',
  'finding.version_invalid.date':
    'Sie ist nicht das Datum Ihrer Änderung, sondern nennt eine der beiden Versionen der Richtliniensprache.',
  'finding.version_old.missing':
    'Die Richtlinie hat keine Version. Deshalb verwendet IAM die ältere Richtliniensprache, in der Variablen wie {variable} nur Text sind.',
  'finding.version_old':
    'Version ist "2008-10-17". Deshalb verwendet IAM die ältere Richtliniensprache, in der Variablen wie {variable} nur Text sind.',
  'finding.version_old.fix':
    'Wenn Sie die Richtlinie das nächste Mal ändern, schreiben Sie {version}, und prüfen Sie jede Variable darin.',
  'finding.unknown_element.policy': 'Eine Richtlinie hat kein Element {element}.',
  'finding.unknown_element.statement': 'Ein Statement hat kein Element {element}.',
  'finding.unknown_element.inside':
    '{element} steht neben den Statements, muss aber in einem Statement stehen.',
  'finding.unknown_element.move': 'Verschieben Sie {element} in das Statement, für das es gilt.',
  'finding.resource_element':
    'Eine Vertrauensrichtlinie hat kein {element}, denn die Ressource ist die Rolle selbst. IAM lehnt es ab.',
  'finding.sid_invalid.repeated': 'Zwei Statements haben die Sid {sid}. IAM lehnt das ab.',
  'finding.sid_invalid.repeated.fix': 'Geben Sie jedem Statement eine andere Sid oder keine.',
  'finding.sid_invalid':
    'Die Sid {sid} enthält andere Zeichen als Buchstaben und Ziffern. IAM lehnt sie in einer Vertrauensrichtlinie ab.',
  'finding.sid_invalid.fix': 'Verwenden Sie nur Buchstaben und Ziffern, oder entfernen Sie die Sid.',
  'finding.unknown_operator': 'Den Bedingungsoperator {operator} gibt es nicht, deshalb lehnt IAM ihn ab.',
  'finding.unknown_operator.intended': 'Vermutlich ist {name} gemeint.',
  'finding.unknown_operator.fix':
    'Verwenden Sie einen Operator der IAM-Richtliniensprache, zum Beispiel "StringEquals".',
  'finding.unknown_operator.key':
    '{operator} steht direkt in Condition. Es muss innerhalb eines Operators stehen.',
  'finding.condition_key_invalid': '{key} ist kein Bedingungsschlüssel.',
  'finding.condition_key_invalid.prefix':
    'Ein Schlüssel beginnt mit dem Namen eines Service und einem Doppelpunkt.',
  'finding.condition_key_invalid.fix':
    'Schreiben Sie den vollständigen Schlüssel, zum Beispiel "sts:ExternalId" oder "aws:PrincipalArn".',

  'finding.not_principal.named': 'den dort genannten Prinzipalen',
  'finding.not_principal.allow':
    'NotPrincipal in einem Allow vertraut allen in AWS außer {values}. IAM lehnt es in einer Vertrauensrichtlinie ab.',
  'finding.not_principal.allow.fix':
    'Nennen Sie die Prinzipale, die die Rolle übernehmen dürfen. Für {vendor} schreiben Sie {principal}.',
  'finding.not_principal.deny':
    'Dieses Deny soll allen den Zugriff verweigern außer {values}. IAM lehnt NotPrincipal in einer Vertrauensrichtlinie ab, so wird also niemandem der Zugriff verweigert.',
  'finding.not_principal.rewritten':
    'Schreiben Sie das Deny für Principal "*" mit Bedingungen, die dieselben Prinzipale ausnehmen, wie in der vorgeschlagenen Richtlinie. Es verweigert allen anderen den Zugriff, wie es dieses sollte.',
  'finding.not_principal.deny.fix':
    'Schreiben Sie das Deny für Principal "*" mit Bedingungen für aws:PrincipalArn und aws:PrincipalAccount, die dieselben Prinzipale ausnehmen. Ohne das Deny erhalten alle, denen es den Zugriff verweigern soll, über die anderen Statements Zugriff.',

  'finding.principal_invalid': 'IAM akzeptiert den Prinzipal {value} nicht.',
  'finding.principal_invalid.missing':
    'Das Statement hat keinen Principal und legt deshalb nicht fest, wer die Rolle übernehmen darf.',
  'finding.principal_invalid.fix': 'Falls {vendor} gemeint ist, schreiben Sie {principal}.',
  'principal.no_type': 'Er muss ein Objekt mit einem Typ sein, zum Beispiel "AWS".',
  'principal.unknown_type': 'Einen Prinzipaltyp mit diesem Namen gibt es nicht.',
  'principal.number':
    'Eine Konto-ID ist eine Zeichenfolge in Anführungszeichen, denn sie kann mit 0 beginnen.',
  'principal.group_id':
    'Das ist die eindeutige ID einer Gruppe, und eine Gruppe kann keine Rolle übernehmen.',
  'principal.instance_profile_id':
    'Das ist die eindeutige ID eines Instance-Profils, und ein Instance-Profil kann keine Rolle übernehmen.',
  'principal.access_key_id':
    'Das ist die ID eines Zugriffsschlüssels, und ein Zugriffsschlüssel kann keine Rolle übernehmen.',
  'principal.digits': 'Eine Konto-ID hat 12 Ziffern.',
  'principal.hyphens': 'Eine Konto-ID hat keine Bindestriche.',
  'principal.wildcard': 'Der ARN eines Prinzipals darf keinen Platzhalter enthalten.',
  'principal.group': 'Eine Gruppe kann keine Rolle übernehmen.',
  'principal.account_arn': 'Der ARN eines Kontos hat die Form {example}.',
  'finding.deleted_principal.role': '{id} ist die eindeutige ID einer Rolle, die gelöscht wurde.',
  'finding.deleted_principal.user': '{id} ist die eindeutige ID eines Benutzers, der gelöscht wurde.',
  'finding.deleted_principal.allow':
    'Damit wird niemandem der Zugriff erlaubt, auch keiner neuen Identität mit demselben Namen. IAM lehnt die ID ab, wenn die Richtlinie wieder gespeichert wird.',
  'finding.deleted_principal.deny':
    'Damit wird niemandem der Zugriff verweigert, auch keiner neuen Identität mit demselben Namen. IAM lehnt die ID ab, wenn die Richtlinie wieder gespeichert wird.',
  'finding.deleted_principal.fix':
    'Entfernen Sie die ID. Falls es dieselbe Rolle oder denselben Benutzer wieder gibt, schreiben Sie den ARN.',
  'finding.action_invalid': '{action} ist keine Aktion für eine Vertrauensrichtlinie.',
  'finding.action_invalid.missing': 'Das Statement hat keine Action.',
  'finding.action_invalid.onlySts': 'Eine Vertrauensrichtlinie darf nur STS-Aktionen nennen.',
  'finding.action_invalid.prefix': 'Der richtige Name ist {name}, mit dem Präfix des Service.',
};
