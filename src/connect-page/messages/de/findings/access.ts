import type { TranslationOf } from '../../../../lib/message.ts';
import type { ACCESS_TEXTS } from '../../../../policy-checks/findings/catalogue/access.ts';

export const access: TranslationOf<typeof ACCESS_TEXTS> = {
  'finding.external_id_not_demanded.allows':
    'Dieses Statement erlaubt {vendor}, die Rolle zu übernehmen, hat aber keine Bedingung für sts:ExternalId.',
  'finding.external_id_not_demanded.intended':
    'Dieses Statement soll {vendor} erlauben, die Rolle zu übernehmen, hat aber keine Bedingung für sts:ExternalId.',
  'finding.external_id_not_demanded.otherKeys': 'Es hat nur Bedingungen für andere Schlüssel.',
  'finding.external_id_not_demanded.risk':
    'Wer {vendor} den ARN dieser Rolle nennt, könnte sie dann über {vendor} erreichen. Ein einziges solches Statement genügt, was immer die anderen verlangen.',
  'finding.external_id_not_demanded.identity':
    'Dieses Statement erlaubt auch anderen Identitäten im Konto von {vendor}, zum Beispiel {example}, den Zugriff ohne Ihre externe ID. Wer {vendor} den ARN dieser Rolle nennt, könnte sie dann über eine von ihnen erreichen, was immer andere Statements verlangen.',
  'finding.external_id_not_demanded.fix':
    'Falls ein anderes Statement {vendor} bereits den Zugriff erlaubt, entfernen Sie dieses.',
  'finding.external_id_by_deny':
    'Dieses Statement hat keine Bedingung, die Ihre externe ID verlangt. Nur das Deny in Statement {number} verlangt sie. Wenn jemand dieses Deny entfernt oder einschränkt, ist die Rolle offen.',
  'finding.external_id_by_deny.fix': 'Dann wird das Deny für {vendor} nicht mehr gebraucht.',
  'finding.if_exists':
    '{operator} vergleicht die externe ID nur, wenn eine gesendet wird. Die Rolle kann also ohne externe ID übernommen werden.',
  'finding.for_all_values':
    '{operator} ist auch dann erfüllt, wenn keine externe ID gesendet wird. Die Rolle kann also ohne externe ID übernommen werden.',
  'finding.negated_operator':
    '{operator} akzeptiert jede externe ID außer der genannten, und auch Anfragen ohne externe ID.',
  'finding.negated_operator.denies':
    '{operator} lehnt die genannten externen IDs ab und akzeptiert alle anderen. Es muss umgekehrt sein.',
  'finding.null_condition.denies':
    '{operator} erlaubt {vendor} den Zugriff nur, wenn keine externe ID gesendet wird, aber Ihre wird immer gesendet.',
  'finding.null_condition.missing':
    '{operator} "true" verlangt, dass keine externe ID gesendet wird. Die Rolle kann also ohne externe ID übernommen werden.',
  'finding.null_condition.any':
    '{operator} "false" verlangt nur, dass irgendeine externe ID gesendet wird. Jeder Wert wird also akzeptiert.',
  'finding.case_ignored':
    '{operator} unterscheidet nicht zwischen Groß- und Kleinschreibung. Bei externen IDs ist sie wichtig, vergleichen Sie Ihre deshalb exakt.',
  'finding.wildcard':
    '{operator} mit {pattern} passt auf mehr als Ihre externe ID: Die Rolle kann auch {example} übernommen werden.',
  'finding.wildcard.withId': 'mit {externalId}',
  'finding.variable':
    '{value} ist eine Richtlinienvariable. Ihr Wert stammt aus der Anfrage, deshalb kann jede externe ID passen, die gesendet wird.',
  'finding.variable.denies':
    '{value} ist eine Richtlinienvariable, und die Anfrage hat keinen passenden Wert dafür.',
  'finding.variable.plainText':
    '{value} ist hier nur Text, denn die Richtlinie hat nicht die Version 2012-10-17.',
  'finding.opens_without_right_id':
    'Die Statements zusammen erlauben, dass die Rolle {example} übernommen wird.',
  'finding.wildcard_principal': 'Der Prinzipal "*" vertraut jedem AWS-Konto.',
  'finding.wildcard_principal.conditions':
    'An der Bedingung für {keys} ist nicht zu erkennen, zu wem der Aufrufer gehört.',
  'finding.wildcard_principal.risk':
    'Die externe ID ist kein Geheimnis: Wer sie kennt, kann die Rolle direkt übernehmen, ohne {vendor}.',
  'finding.retired_external_id.harmless':
    'Sie wird nie wieder verwendet oder ausgestellt. Sie ist also harmlos, hat aber keine Wirkung.',
  'finding.retired_external_id.fix': 'Entfernen Sie {value} aus der Liste.',
  'finding.other_external_id': 'Die Rolle kann auch mit einer anderen externen ID übernommen werden.',
  'finding.other_external_id.listed': 'Die Liste enthält auch {value}.',
  'finding.other_external_id.risk':
    'Falls sie einem anderen Kunden von {vendor} gehört, kann dieser Kunde die Rolle über {vendor} erreichen.',
  'finding.other_external_id.fix':
    'Entfernen Sie {value}, sofern es nicht auch Ihre ist, zum Beispiel aus einem zweiten Workspace.',
};
