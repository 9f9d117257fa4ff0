import type { TranslationOf } from '../../../../lib/message.ts';
import type { DENIAL_TEXTS } from '../../../../policy-checks/findings/catalogue/denial-texts.ts';

export const denials: TranslationOf<typeof DENIAL_TEXTS> = {
  'finding.unmet.replaceStatement':
    'Entfernen Sie nicht einfach die Bedingung: Das Statement würde dann allen vertrauen. Schreiben Sie stattdessen {principal} und {condition}.',

  'finding.vendor_not_trusted':
    'Kein Statement erlaubt {vendor}, die Rolle zu übernehmen: Keines gilt für das Konto {account}.',
  'finding.vendor_not_trusted.services':
    'Dieses Statement hat Ihre externe ID, vertraut aber nur Services oder Identitätsanbietern. {vendor} ruft aus einem AWS-Konto auf.',
  'finding.vendor_not_trusted.fix':
    'Fügen Sie ein Statement mit {principal}, {action} und {condition} hinzu, wie in der vorgeschlagenen Richtlinie.',
  'finding.wrong_account': '{value} ist im Konto {account}, aber das Konto von {vendor} ist {correct}.',
  'finding.wrong_account.digit_differs': 'Das sieht nach einem Tippfehler aus: Ziffer {first} ist anders.',
  'finding.wrong_account.digits_swapped':
    'Das sieht nach einem Tippfehler aus: Die Ziffern {first} und {second} sind vertauscht.',
  'finding.wrong_partition':
    '{value} ist in der AWS-Partition {partition}, aber {vendor} ruft aus {correct} auf. Eine Rolle kann nicht aus einer anderen Partition übernommen werden, und IAM lehnt einen solchen Prinzipal ab.',
  'finding.wrong_partition.unknown':
    '{value} ist in der AWS-Partition {partition}, die es nicht gibt. Die Partition Ihres Kontos ist {correct}.',
  'finding.other_principal': '{value} ist nicht die Identität, die aufruft. Das ist {caller}.',
  'finding.other_principal.unknown':
    '{value} ist eine einzelne Identität im Konto von {vendor}, und es ist nicht sicher, dass sie die aufrufende ist. Vertrauen Sie dem Konto; die externe ID schränkt den Zugriff ein.',
  'finding.wrong_action':
    'Das Statement für {vendor} erlaubt {actions}, aber nicht sts:AssumeRole, die benötigte Aktion.',
  'finding.wrong_action.negated': 'NotAction schließt sts:AssumeRole aus, die benötigte Aktion.',
  'finding.wrong_external_id.empty':
    'Die Liste der externen IDs ist leer, deshalb wird keine externe ID akzeptiert.',
  'finding.wrong_external_id.literal':
    'Dieser Operator vergleicht den Wert wörtlich; ein Platzhalter wäre aber auch nicht sicher.',
  'finding.operator_unsuited':
    '{operator} vergleicht keine Zeichenfolgen und passt deshalb nie auf eine externe ID.',

  'finding.principal_arn_mismatch': 'aws:PrincipalArn ist der ARN der Identität, die aufruft ({caller}).',
  'finding.principal_arn_mismatch.unknown': 'aws:PrincipalArn ist der ARN der Identität, die aufruft.',
  'finding.principal_arn_mismatch.values': 'Er erfüllt {operator} {values} nicht.',
  'finding.principal_arn_mismatch.fix':
    'Entfernen Sie die Bedingung für aws:PrincipalArn aus dem Statement für {vendor}; die externe ID schränkt den Zugriff ein.',
  'finding.condition_not_met': '{vendor} erfüllt die Bedingung {operator} für {key} nicht.',
  'finding.condition_not_met.typo':
    'Diesen Schlüssel gibt es nicht. Der richtige Schlüssel ist "sts:ExternalId".',
  'finding.condition_not_met.fix':
    'Entfernen Sie die Bedingung für {key} aus dem Statement für {vendor}. Andere Statements können ihre behalten.',
  'finding.condition_unknown.allow':
    'Ob dieses Statement {vendor} den Zugriff erlaubt, hängt von der Bedingung {operator} für {key} ab, über die diese Prüfung nicht entscheiden kann.',
  'finding.condition_unknown.deny':
    'Ob dieses Deny für {vendor} gilt, hängt von der Bedingung {operator} für {key} ab, über die diese Prüfung nicht entscheiden kann.',
  'finding.condition_unknown.verify':
    'Prüfen Sie die Verbindung: Das zeigt, ob {vendor} die Rolle übernehmen kann.',
  'finding.condition_unknown.fix':
    'Falls nicht, entfernen Sie die Bedingung für {key} aus dem Statement für {vendor}, wie in der vorgeschlagenen Richtlinie.',

  'finding.deny_hits_us.applies':
    'Dieses Deny-Statement gilt auch mit der richtigen externen ID für {vendor}, und ein Deny hat Vorrang vor jedem Allow.',
  'finding.deny_hits_us.mayApply':
    'Dieses Deny-Statement gilt möglicherweise auch mit der richtigen externen ID für {vendor}, und ein Deny hat Vorrang vor jedem Allow.',
  'finding.deny_hits_us.condition': 'Es hat eine Bedingung für {key}.',
  'finding.deny_hits_us.exempt':
    'Nehmen Sie das Konto von {vendor} mit {condition} in Condition aus. Die vorgeschlagene Richtlinie behält das Deny für alle anderen.',
  'finding.deny_hits_us.principal_removed':
    'Entfernen Sie den Prinzipal von {vendor} daraus, wie in der vorgeschlagenen Richtlinie.',
  'finding.deny_hits_us.statement_removed':
    'Es gilt nur für {vendor}. Entfernen Sie es deshalb, wie in der vorgeschlagenen Richtlinie.',
  'finding.deny_hits_us.intended':
    'Falls Sie {vendor} den Zugriff verweigern wollen, lassen Sie es, wie es ist.',
  'finding.not_admitted':
    'Die Statements zusammen erlauben {vendor} nicht, die Rolle mit der richtigen externen ID zu übernehmen.',

  'finding.attribute_missing.session.tags':
    'Die Sitzung von {vendor} in AWS hat Sitzungs-Tags. AWS überträgt Sitzungsattribute auf jede Rolle, die sie übernimmt, und verlangt dafür {action}. Diese Richtlinie erlaubt das nicht, deshalb verweigert AWS den Zugriff auch mit der richtigen externen ID.',
  'finding.attribute_missing.session.sourceIdentity':
    'Die Sitzung von {vendor} in AWS hat eine Quellidentität. AWS überträgt Sitzungsattribute auf jede Rolle, die sie übernimmt, und verlangt dafür {action}. Diese Richtlinie erlaubt das nicht, deshalb verweigert AWS den Zugriff auch mit der richtigen externen ID.',
  'finding.attribute_missing.profile.tags':
    'Das Zugriffsprofil setzt Sitzungs-Tags, was {action} erfordert. Diese Richtlinie erlaubt das nicht. Die Rolle kann also geprüft, aber nicht verwendet werden.',
  'finding.attribute_missing.profile.sourceIdentity':
    'Das Zugriffsprofil setzt eine Quellidentität, was {action} erfordert. Diese Richtlinie erlaubt das nicht. Die Rolle kann also geprüft, aber nicht verwendet werden.',
};
