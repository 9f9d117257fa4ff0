import type { TranslationOf } from '../../../../lib/message.ts';
import type { TEXT_TEXTS } from '../../../../policy-checks/findings/catalogue/text.ts';

export const text: TranslationOf<typeof TEXT_TEXTS> = {
  'syntax.position': 'Zeile {line}, Spalte {column}: {problem}',

  'mistake.curly_quotes':
    'Hier steht ein typografisches Anführungszeichen, wie Textverarbeitungs- und Chatprogramme es einfügen.',
  'mistake.curly_quotes.fix': 'Ersetzen Sie jedes typografische Anführungszeichen durch ein gerades: ".',
  'mistake.single_quotes':
    'Hier steht ein einfaches Anführungszeichen. JSON verwendet doppelte Anführungszeichen.',
  'mistake.single_quotes.fix': 'Ersetzen Sie jedes \' durch ".',
  'mistake.missing_quotes': 'Hier steht ein Wert oder Schlüssel ohne Anführungszeichen.',
  'mistake.missing_quotes.fix': 'Setzen Sie ihn in doppelte Anführungszeichen.',
  'mistake.missing_comma': 'Vor dieser Stelle fehlt ein Komma.',
  'mistake.missing_comma.fix': 'Fügen Sie zwischen den beiden Teilen ein Komma ein.',
  'mistake.trailing_comma': 'Vor einer schließenden Klammer steht ein Komma.',
  'mistake.trailing_comma.fix': 'Entfernen Sie das Komma nach dem letzten Element.',
  'mistake.comment': 'Hier steht ein Kommentar, und JSON kennt keine Kommentare.',
  'mistake.comment.fix': 'Entfernen Sie den Kommentar.',
  'mistake.odd_space':
    'Hier steht ein unsichtbares Zeichen, das in JSON nicht erlaubt ist, etwa ein geschütztes Leerzeichen.',
  'mistake.odd_space.fix':
    'Löschen Sie jedes davon, und geben Sie ein gewöhnliches Leerzeichen ein, falls eines nötig ist.',
  'mistake.html_entities':
    'Mit {value} steht ein Zeichen hier so, wie der Quelltext einer Webseite es schreibt.',
  'mistake.html_entities.fix':
    'Kopieren Sie den Text, den die Seite anzeigt, und nicht ihren Quelltext. Schreiben Sie in JSON die Zeichen selbst.',
  'mistake.no_braces': 'Die geschweiften Klammern um die Richtlinie fehlen.',
  'mistake.no_braces.fix':
    'Setzen Sie sie in geschweifte Klammern: Eine Richtlinie beginnt mit { und endet mit der schließenden Klammer.',
  'mistake.leftover': 'Nach dem Ende der Richtlinie folgt eine Klammer oder ein anderes Zeichen.',
  'mistake.leftover.fix': 'Entfernen Sie, was nach der letzten } folgt.',
  'mistake.after_end': 'Nach dem Ende der Richtlinie folgt {value}.',
  'mistake.after_end.fix': 'Fügen Sie nur eine Richtlinie ein, und nichts nach der letzten }.',
  'mistake.too_deep': 'Der Text ist tiefer als {value} Ebenen verschachtelt.',
  'mistake.too_deep.fix': 'Fügen Sie nur die Vertrauensrichtlinie ein.',
  'mistake.missing_colon': 'Vor {value} fehlt ein Doppelpunkt.',
  'mistake.missing_colon.fix': 'Fügen Sie nach dem Schlüssel einen Doppelpunkt ein.',
  'mistake.missing_bracket': 'Vor {value} fehlt eine schließende Klammer.',
  'mistake.missing_bracket.fix': 'Schließen Sie die Klammer, die geöffnet wurde.',
  'mistake.open_string': 'Eine Zeichenfolge wird in ihrer Zeile nicht geschlossen.',
  'mistake.open_string.fix': 'Schließen Sie sie mit ".',
  'mistake.cut_off': 'Der Text endet, bevor die letzte Klammer geschlossen ist.',
  'mistake.cut_off.fix': 'Kopieren Sie die ganze Richtlinie. Ihr letztes Zeichen ist }.',
  'mistake.not_valid': '{value} ist an dieser Stelle nicht gültig.',
  'mistake.not_valid.fix':
    'Korrigieren Sie das JSON an dieser Stelle: Zeichenfolgen und Schlüssel stehen in doppelten Anführungszeichen, und Kommas trennen die Elemente.',
  'mistake.yaml': 'Das ist kein gültiges YAML.',
  'mistake.yaml.fix':
    'Korrigieren Sie das YAML an dieser Stelle, oder fügen Sie die Richtlinie als JSON ein.',

  'unreadable.empty': 'Der Text ist leer.',
  'unreadable.text_before': 'Vor der Richtlinie steht anderer Text. Eine Richtlinie beginnt mit {.',
  'unreadable.html': 'Das ist der Quelltext einer Webseite, nicht der Text, den die Seite anzeigt.',
  'unreadable.arn': 'Das ist ein ARN und keine Vertrauensrichtlinie.',
  'unreadable.external_id': 'Das ist eine externe ID und keine Vertrauensrichtlinie.',
  'unreadable.not_json': 'Das ist kein JSON, denn eine Richtlinie beginnt mit {.',
  'unreadable.language': 'Das sieht nach {language} aus, konnte aber nicht vollständig gelesen werden.',
  'unreadable.yaml_alias': 'Es enthält einen Alias.',
  'unreadable.yaml_too_deep': 'Es ist zu tief verschachtelt.',
  'unreadable.terraform_plan': 'Der Plan blendet Elemente aus, die sich nicht ändern.',
  'unreadable.terraform_repeated_key': 'Ein Objekt enthält denselben Schlüssel zweimal.',
  'unreadable.terraform_syntax': 'Es enthält eine Syntax, die diese Prüfung nicht kennt.',
  'unreadable.terraform_no_policy': 'Es enthält kein assume_role_policy.',
  'unreadable.expressions': 'Eine Richtlinie wird aus Ausdrücken zusammengesetzt.',
  'unreadable.fix':
    'Fügen Sie die Vertrauensrichtlinie als JSON ein. Die IAM-Konsole zeigt sie auf der Seite der Rolle unter „Vertrauensbeziehungen“. Mit der AWS CLI: {command}',

  'finding.repeated_key':
    'Der Schlüssel {key} kommt in demselben Objekt zweimal vor. IAM lehnt das ab, und die meisten JSON-Parser behalten nur den letzten Wert.',
  'finding.repeated_key.fix': 'Führen Sie beide Werte unter einem Schlüssel zusammen.',
  'finding.several_policies':
    'Der Text enthält {number} Vertrauensrichtlinien, und es ist nicht klar, welche für {vendor} ist. Keine wurde geprüft.',
  'finding.several_policies.roles': 'Rollen: {names}.',
  'finding.several_policies.fix': 'Fügen Sie die Vertrauensrichtlinie einer einzigen Rolle ein.',
  'finding.policy_too_long':
    'Die Richtlinie hat ohne Leerraum {size} Zeichen. IAM akzeptiert höchstens {max}. Sie wurde nicht weiter geprüft.',
  'finding.policy_too_long.fix':
    'Erstellen Sie für die anderen Prinzipale, die diese Rolle verwenden, eigene Rollen.',
  'finding.over_default_quota':
    'Die Richtlinie hat ohne Leerraum {size} Zeichen. Ein Konto ist auf {quota} beschränkt, solange AWS sein Kontingent nicht erhöht hat.',
  'finding.over_default_quota.fix':
    'Kürzen Sie die Richtlinie, oder beantragen Sie in Service Quotas eine Erhöhung von "Role trust policy length" (höchstens {max}).',
  'finding.unresolved_value':
    '{expression} ist ein Ausdruck von {tool}, der erst später durch den Wert ersetzt wird.',
  'finding.unresolved_value.unknown': 'Diese Prüfung kennt den Wert nicht.',
  'finding.unresolved_value.assumed': 'Die Richtlinie ist nur richtig, wenn der Wert {value} ist.',
  'finding.unresolved_value.set': 'Setzen Sie ihn auf {value}.',
  'finding.template_condition.open':
    'Wenn {conditions}, kann die Rolle ohne Ihre externe ID übernommen werden.',
  'finding.template_condition.open.fix':
    'Verlangen Sie die externe ID auch in diesem Fall, oder entfernen Sie die Bedingung.',
  'finding.template_condition.errors':
    'Wenn {conditions}, hat die Richtlinie Fehler, die diese Liste ebenfalls nennt.',
  'finding.template_condition.errors.fix': 'Korrigieren Sie sie, oder entfernen Sie die Bedingung.',
  'finding.template_condition.not_assumable': 'Wenn {conditions}, kann {vendor} die Rolle nicht übernehmen.',
  'finding.template_condition.not_assumable.fix':
    'Stellen Sie sicher, dass das für die Rolle, die {vendor} nutzen soll, nicht der Fall ist.',
  'finding.template_condition.is_true': '{name} wahr ist',
  'finding.template_condition.is_false': '{name} falsch ist',
  'finding.template_conditions_untested':
    'Die Richtlinie hängt von so vielen Bedingungen ab, dass nicht jeder Fall geprüft wurde. Das Ergebnis gilt, wenn alle Bedingungen wahr sind.',
  'finding.unresolved_value.fix':
    'Um die Richtlinie zu prüfen, die in IAM steht, fügen Sie die Ausgabe dieses Befehls ein: {command}',
};
