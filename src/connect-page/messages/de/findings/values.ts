import type { TranslationOf } from '../../../../lib/message.ts';
import type { COMMON_TEXTS } from '../../../../policy-checks/findings/catalogue/define.ts';
import type { VALUE_TEXTS } from '../../../../policy-checks/findings/catalogue/values.ts';
import type { UNMET_KEY_TEXTS } from '../../../../policy-checks/findings/unmet-key.ts';

export const values: TranslationOf<typeof COMMON_TEXTS & typeof VALUE_TEXTS & typeof UNMET_KEY_TEXTS> = {
  'fix.ownStatement':
    'Dieses Statement vertraut auch anderen. Damit sich für sie nichts ändert, übertragen Sie zuerst den Eintrag von {vendor} in ein eigenes Statement.',
  'fix.write': 'Schreiben Sie {value}.',
  'fix.replace': 'Ersetzen Sie dies durch {value}.',
  'fix.remove': 'Entfernen Sie {value}.',
  'fix.addCondition': 'Fügen Sie diese Condition hinzu: {condition}.',
  'fix.addToCondition': 'Fügen Sie in Condition hinzu: {condition}.',
  'fix.useSuggestedPolicy': 'Verwenden Sie die vorgeschlagene Richtlinie.',
  'fix.principalOfDeny':
    'Geben Sie den Prinzipal an, dem das Statement den Zugriff verweigern soll. Ohne ihn verweigert das Statement weniger, als es soll.',
  'finding.vendorSends': '{vendor} sendet {ids}, deshalb lehnt AWS die Anfrage ab.',
  'finding.vendorRole': 'die Rolle {role} von {vendor}',

  'value.oddCharacters': 'Die Angabe enthält {characters}.',
  'character.tab': 'einen Tabulator ({code})',
  'character.line_break': 'einen Zeilenumbruch ({code})',
  'character.space': 'ein Leerzeichen ({code})',
  'character.unusual_space': 'ein ungewöhnliches Leerzeichen ({code})',
  'character.invisible': 'ein unsichtbares Zeichen ({code})',
  'character.dash': 'einen typografischen Binde- oder Gedankenstrich ({code})',
  'character.quotation_mark': 'ein typografisches Anführungszeichen ({code})',
  'character.other': 'das Zeichen {character} ({code})',

  'externalId.retired': '{value} war Ihre externe ID und wurde ersetzt.',
  'externalId.placeholder': '{value} sieht nach einem Platzhalter aus.',
  'externalId.other': '{value} ist nicht die externe ID, die für Sie ausgestellt wurde.',
  'typo.white_space': '{value} ist Ihre externe ID mit Leerraum davor oder danach.',
  'typo.upper_case':
    '{value} ist Ihre externe ID in Großbuchstaben, aber Groß- und Kleinschreibung ist wichtig.',
  'typo.odd_characters': '{value} ist Ihre externe ID, enthält aber {characters}.',
  'typo.no_hyphens': '{value} ist Ihre externe ID ohne die Bindestriche.',
  'typo.quotation_marks': '{value} ist Ihre externe ID mit Anführungszeichen innerhalb des Werts.',
  'typo.brackets': '{value} ist Ihre externe ID in Klammern.',
  'typo.punctuation': '{value} ist Ihre externe ID mit anderen Satzzeichen.',
  'typo.beginning': '{value} ist nur der Anfang Ihrer externen ID.',
  'typo.additional_text': '{value} ist Ihre externe ID mit zusätzlichem Text davor oder danach.',
  'typo.characters_differ': {
    one: '{value} ist Ihre externe ID bis auf {count} Zeichen.',
    other: '{value} ist Ihre externe ID bis auf {count} Zeichen.',
  },

  'key.ip': 'Die Bedingung hängt von der IP-Adresse des Aufrufers ab, die sich ohne Ankündigung ändern kann.',
  'key.network': 'Die Bedingung hängt vom Netzwerk des Aufrufers ab, das keines von Ihren ist.',
  'key.mfa': 'Hier ruft ein Dienst auf. Niemand kann einen MFA-Code eingeben.',
  'key.organization': 'Das aufrufende Konto gehört nicht zu Ihrer AWS-Organisation.',
  'key.source':
    'AWS setzt diesen Schlüssel nur, wenn einer der eigenen Services aufruft. Hier bietet die externe ID denselben Schutz.',
  'key.account': 'Die Bedingung muss das aufrufende Konto nennen.',
  'key.identity':
    'Die Bedingung hängt davon ab, welche Identität des Kontos aufruft, und vom Pfad in deren ARN.',
  'key.roleTags': 'Die Bedingung hängt von den Tags der aufrufenden Rolle ab, die sich ändern können.',
  'key.sessionTags': 'Die Bedingung hängt von Sitzungs-Tags ab, die nicht immer gesendet werden.',
  'key.sessionName': 'Die Bedingung hängt vom Namen der Sitzung ab, der bei jedem Aufruf anders ist.',
  'key.sourceIdentity': 'Die Bedingung hängt von einer Quellidentität ab, die nicht immer gesendet wird.',
  'key.time': 'Die Bedingung erlaubt den Zugriff nur zu bestimmten Zeiten, und jetzt ist keine davon.',
  'key.region': 'Die Bedingung nennt eine andere Region als die, die aufgerufen wird.',
  'key.userAgent':
    'Die Bedingung hängt vom User-Agent des Aufrufers ab, der kein Geheimnis ist und sich ändern kann.',
  'key.userId': 'Die Bedingung hängt von einer internen Kennung des Aufrufers ab, die sich ändern kann.',
  'key.services': 'Nur AWS-Services erfüllen sie.',
  'key.otherCaller':
    'Der Schlüssel gehört zu einer anderen Art von Aufrufer, etwa einem Identitätsanbieter. Bei Aufrufen aus einem AWS-Konto ist er nie vorhanden.',
  'key.other': 'Die Anfrage hat diesen Schlüssel nicht oder einen anderen Wert dafür.',
};
