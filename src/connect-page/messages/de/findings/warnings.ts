import type { TranslationOf } from '../../../../lib/message.ts';
import type { WARNING_TEXTS } from '../../../../policy-checks/findings/catalogue/warnings.ts';

export const warnings: TranslationOf<typeof WARNING_TEXTS> = {
  'finding.successor_missing':
    'Ihre externe ID wird gerade ersetzt. Die Richtlinie akzeptiert die alte, {current}, aber noch nicht die neue, {successor}.',
  'finding.successor_missing.fix': 'Führen Sie beide auf, bis der Wechsel abgeschlossen ist: {condition}.',
  'finding.role_principal':
    'Dieser Prinzipal ist die Rolle von {vendor} selbst. AWS speichert die eindeutige ID der Rolle, nicht ihren Namen: Muss sie neu erstellt werden, vertraut Ihre Rolle ihr nicht mehr.',
  'finding.role_principal.fix': 'Schreiben Sie {principal}, und schränken Sie es mit {condition} ein.',
  'finding.redundant_principal':
    '{value} ist im Konto von {vendor}, dem dasselbe Statement als Ganzem vertraut. Der Eintrag bewirkt nichts, und IAM ersetzt ihn durch eine eindeutige ID, wenn diese Identität gelöscht wird.',
  'finding.redundant_principal.fix': 'Entfernen Sie ihn; {value} genügt.',
  'finding.other_accounts':
    'Dasselbe Statement vertraut unter denselben Bedingungen auch {values}. Mit Ihrer externen ID, die kein Geheimnis ist, können auch sie die Rolle übernehmen.',
  'finding.other_accounts.more': '{values} und anderen',
  'finding.other_accounts.fix':
    'Geben Sie jedem von ihnen ein eigenes Statement mit einer eigenen externen ID, oder entfernen Sie, wen Sie nicht kennen.',
  'finding.not_action': 'NotAction erlaubt jede Aktion, die es nicht nennt.',
  'finding.broad_action': '{patterns} ist ein Muster. Neben dem, was gebraucht wird, erlaubt es {actions}.',
  'finding.broad_action.future':
    '{patterns} ist ein Muster. Heute erlaubt es nicht mehr, als gebraucht wird, aber es würde auch eine Aktion dieses Namens erlauben, die AWS später hinzufügt.',
  'finding.access_expires':
    'Die Bedingung für {key} beendet den Zugriff von {vendor} am {value}. Von da an verweigert AWS den Zugriff auf die Rolle.',
  'finding.access_expires.fix':
    'Entfernen Sie die Bedingung, falls der Zugriff bestehen bleiben soll, oder ändern Sie das Datum rechtzeitig.',
  'finding.statement_left_out.rejected':
    'In der vorgeschlagenen Richtlinie fehlt Statement {number}, weil IAM es ablehnen würde.',
  'finding.statement_left_out.deleted':
    'In der vorgeschlagenen Richtlinie fehlt Statement {number}, weil alle Prinzipale darin gelöscht wurden.',
  'finding.statement_left_out.fix':
    'Falls Sie das Statement brauchen, korrigieren Sie es, und fügen Sie es wieder hinzu.',
};
