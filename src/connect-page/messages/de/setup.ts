import type { TranslationOf } from '../../../lib/message.ts';
import type { setup as source } from '../en/setup.ts';

export const setup: TranslationOf<typeof source> = {
  'home.title': 'Verbinden Sie Ihr AWS-Konto mit {vendor}',
  'home.titleAnother': 'Weiteres AWS-Konto verbinden',
  'home.lead':
    'Erstellen Sie eine IAM-Rolle und fügen Sie ihren ARN ein: Nach etwa drei Minuten sind Sie fertig. Fahren Sie nur fort, wenn Sie für <b>{tenant}</b> arbeiten.',
  'home.createRole': 'Rolle erstellen',
  'home.verify': 'Verbindung prüfen',
  'home.ownTemplate': 'Ihre eigene Vorlage',
  'home.values': 'Werte für Ihre eigene Vorlage',
  'home.checkPolicy': 'Vertrauensrichtlinie vor dem Speichern prüfen',
  'home.manyAccounts': 'Viele Konten auf einmal verbinden',
  'home.role': 'ARN der Rolle',
  'home.roleHint': 'oder die 12-stellige Konto-ID, wenn die Rolle <code>{role}</code> heißt',
  'home.submit': 'Verbindung prüfen',
  'home.partition': 'Wo ist Ihr Konto?',

  'setup.legend': 'Wie Sie die Rolle erstellen',
  'setup.minutes': '{count} Min.',
  'setup.launchStack': 'Stack starten',
  'setup.console': 'Konsole',
  'setup.download': '{file} herunterladen',
  'setup.copyRoleArn': 'Kopieren Sie <code>RoleArn</code> aus den <b>Ausgaben</b> des Stacks.',

  'launchStack.open':
    'Melden Sie sich bei dem AWS-Konto an, das Sie verbinden möchten, und öffnen Sie dann den vorbereiteten Stack:',
  'launchStack.button': 'Stack starten',
  'launchStack.acknowledge':
    'Bestätigen Sie, dass er eine IAM-Rolle erstellt, und wählen Sie <b>Stack erstellen</b>. Ändern Sie sonst nichts.',
  'launchStack.copy':
    'Sobald der Stack den Status <code>CREATE_COMPLETE</code> hat, kopieren Sie <code>RoleArn</code> aus seinen <b>Ausgaben</b>.',

  'cloudFormation.upload':
    'Laden Sie die Datei in {console} hoch und behalten Sie die Standardwerte bei, oder führen Sie den folgenden Befehl aus.',
  'cloudFormation.template': 'Vorlage',

  'terraform.run':
    'Führen Sie <code>terraform init</code> und <code>terraform apply</code> mit Anmeldeinformationen des Kontos aus, das Sie verbinden möchten. OpenTofu funktioniert auch.',
  'terraform.copy': 'Kopieren Sie <code>role_arn</code> aus der Ausgabe.',

  'cli.run':
    'Führen Sie dies in einem Terminal mit Anmeldeinformationen des Kontos aus, das Sie verbinden möchten, oder in dessen <b>CloudShell</b>. Kopieren Sie dann den ARN der Rolle aus der letzten Zeile.',
  'cli.sandbox':
    '<b>Sandbox:</b> Führen Sie dies in einem beliebigen Terminal mit der AWS CLI aus, und kopieren Sie dann den ARN der Rolle aus der letzten Zeile. Die Rolle entsteht im AWS-Emulator, im Konto {account}; für ein anderes Konto führen Sie zuerst <code>{command}</code> aus.',
  'cli.existing':
    'Falls die Rolle schon existiert, wird die externe ID aktualisiert; jeder andere Unterschied wird angezeigt, bevor die Rolle geändert wird. {download}, auszuführen mit <code>{command}</code>.',
  'cli.asFile': 'Als Datei',

  'console.open':
    'Öffnen Sie {console}, wählen Sie <b>Benutzerdefinierte Vertrauensrichtlinie</b>, und fügen Sie dies ein:',
  'console.createRole': '„Rolle erstellen“ in der IAM-Konsole',
  'console.policies': 'Wählen Sie diese Berechtigungsrichtlinien aus: {policies}.',
  'console.noPolicy': 'Wählen Sie keine Berechtigungsrichtlinie aus, und klicken Sie auf <b>Weiter</b>.',
  'console.name':
    'Geben Sie der Rolle genau den Namen <code>{role}</code>, und wählen Sie <b>Rolle erstellen</b>.',
  'console.inlinePolicy':
    'Wählen Sie in der neuen Rolle <b>Berechtigungen hinzufügen</b>, <b>Inline-Richtlinie erstellen</b>, <b>JSON</b>, und fügen Sie dies ein. Nennen Sie sie <code>{name}</code>.',
  'console.copy': 'Kopieren Sie den ARN oben auf der Seite der Rolle.',
  'console.trustPolicy': 'Vertrauensrichtlinie',
  'console.permissionsPolicy': 'Berechtigungsrichtlinie',

  'sandbox.note':
    '<b>Sandbox:</b> Das sehen Ihre Kunden. Hier gibt es weder Konsole noch CloudFormation: Wählen Sie zum Ausprobieren <b>AWS CLI</b>.',
  'sandbox.createCommand': 'Befehl zum Erstellen der Rolle',
  'sandbox.createByHand': 'Rolle mit einer Vertrauensrichtlinie erstellen, die Sie ändern können',

  'permissions.title': 'Was {vendor} tun darf',
  'permissions.read': 'Lesen',
  'permissions.change': 'Ändern',
  'permissions.denied': 'Verweigert',
  'permissions.policy': 'Richtlinie',
  'permissions.sessions': {
    one: 'In Sitzungen von höchstens einer Stunde, die Ihr CloudTrail aufzeichnet. Die Rolle gehört Ihnen: Sie können sie jederzeit einschränken oder löschen.',
    other:
      'In Sitzungen von höchstens {count} Stunden, die Ihr CloudTrail aufzeichnet. Die Rolle gehört Ihnen: Sie können sie jederzeit einschränken oder löschen.',
  },
  'permissions.none':
    'Noch nichts: Die Rolle hat keine Berechtigungen. Sie beweist nur, dass {vendor} sie übernehmen kann.',

  'safety.title': 'Warum ist das sicher?',
  'safety.problem':
    '{vendor} arbeitet von einem AWS-Konto aus für viele Kunden. Würde Ihre Rolle allein diesem Konto vertrauen, könnte ein anderer Kunde den ARN Ihrer Rolle bei {vendor} angeben und an Ihre Daten gelangen (das „Confused-Deputy“-Problem).',
  'safety.externalId':
    'Deshalb verlangt Ihre Rolle zusätzlich eine externe ID, die nur für <b>{tenant}</b> ausgestellt wurde. Niemand kann sie wählen, auch {vendor} nicht. Die Sicherheitsprüfungen beweisen, dass Ihre Rolle keine andere akzeptiert. Sie ist kein Geheimnis.',
  'safety.noPassword': '{vendor} erhält kein Passwort und keinen dauerhaften Schlüssel.',

  'values.externalId': 'Externe ID',
  'values.currentExternalId': 'Aktuelle externe ID',
  'values.nextExternalId': 'Nächste externe ID',
  'values.vendorAccount': 'AWS-Konto von {vendor}',
  'values.roleName': 'Name der Rolle',
  'values.rotation':
    'Die externe ID wird gerade ersetzt. Bis das abgeschlossen ist, sollte die Rolle beide akzeptieren; bei jeder Einrichtungsmethode oben ist das so.',

  'many.title': 'Viele Konten verbinden',
  'many.lead':
    'Erstellen Sie dieselbe Rolle in allen Konten Ihrer AWS-Organisation, und fügen Sie dann deren IDs ein.',
  'many.createRole': 'Rolle in allen Konten erstellen',
  'many.stackSet':
    'Verwenden Sie ein CloudFormation-StackSet in einer Region des Verwaltungskontos Ihrer Organisation oder eines delegierten Administrators. Ersetzen Sie <code>OU_ID</code> durch eine Organisationseinheit (<code>ou-…</code>) oder den Stamm (<code>r-…</code>) und <code>REGION</code> durch eine Region.',
  'many.managementAccount':
    'AWS stellt ein StackSet nicht im Verwaltungskonto selbst bereit. Um auch dieses Konto zu verbinden, {link}.',
  'many.connectAlone': 'verbinden Sie es einzeln',
  'many.verify': 'Verbindungen prüfen',
  'many.ids': 'Konto-IDs',
  'many.idsHint': 'bis zu 500; die Rolle heißt in allen <code>{role}</code>',
  'many.help':
    'Fügen Sie eine Liste, CSV oder das JSON von „aws organizations list-accounts“ ein. Verwendet werden die 12-stelligen IDs.',
  'many.submit': 'Verbindungen prüfen',
  'many.verifyAll': 'Alle prüfen, die nicht verbunden sind',
  'many.empty': 'Geben Sie mindestens eine Konto-ID ein. Sie hat 12 Ziffern.',
  'many.tooMany': 'Das sind {count} Konten. Geben Sie höchstens {max} auf einmal ein.',
  'many.yourList': 'Ihre Liste',
  'many.counts': 'Hinzugefügt: {added}. Schon bekannt: {known}. Abgelehnt: {rejected}.',
  'many.rejected': 'Abgelehnt',
  'many.leftOut': {
    one: 'Es lief bereits eine Prüfung. Wenn sie abgeschlossen ist, prüfen Sie unten noch einmal: Ein Konto ist in ihr nicht enthalten.',
    other:
      'Es lief bereits eine Prüfung. Wenn sie abgeschlossen ist, prüfen Sie unten noch einmal: {count} Konten sind in ihr nicht enthalten.',
  },
  'run.title': 'Prüfung',
  'run.allConnected': 'Alle Konten sind verbunden',
  'run.progress': '{done} von {total} geprüft, {verified} verbunden.',
  'run.continues': 'Sie läuft weiter, wenn Sie diese Seite schließen.',
  'run.continuesIn': 'Es geht in {seconds} s weiter.',
  'run.finished': 'Abgeschlossen.',
  'run.refresh': 'Aktuellen Stand anzeigen',
  'run.noAnswer': 'Keine Antwort',
  'run.skipped': 'Übersprungen',
  'run.waiting': 'Wartet',
};
