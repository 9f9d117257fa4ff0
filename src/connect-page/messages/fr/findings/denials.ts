import type { TranslationOf } from '../../../../lib/message.ts';
import type { DENIAL_TEXTS } from '../../../../policy-checks/findings/catalogue/denial-texts.ts';

export const denials: TranslationOf<typeof DENIAL_TEXTS> = {
  'finding.unmet.replaceStatement':
    'Ne supprimez pas simplement la condition : l’instruction approuverait tout le monde. Écrivez plutôt {principal} et {condition}.',

  'finding.vendor_not_trusted':
    'Aucune instruction n’autorise {vendor} à endosser le rôle : aucune ne concerne son compte {account}.',
  'finding.vendor_not_trusted.services':
    'Cette instruction a votre ID externe, mais n’approuve que des services ou des fournisseurs d’identité. {vendor} appelle depuis un compte AWS.',
  'finding.vendor_not_trusted.fix':
    'Ajoutez une instruction avec {principal}, {action} et {condition}, comme dans la politique proposée.',
  'finding.wrong_account': '{value} est dans le compte {account}, mais le compte de {vendor} est {correct}.',
  'finding.wrong_account.digit_differs':
    'Cela ressemble à une faute de frappe : le chiffre en position {first} diffère.',
  'finding.wrong_account.digits_swapped':
    'Cela ressemble à une faute de frappe : les chiffres en positions {first} et {second} sont inversés.',
  'finding.wrong_partition':
    '{value} est dans la partition AWS {partition}, mais {vendor} appelle depuis {correct}. Un rôle ne peut pas être endossé depuis une autre partition, et IAM refuse un tel principal.',
  'finding.wrong_partition.unknown':
    '{value} est dans la partition AWS {partition}, qui n’existe pas. La partition de votre compte est {correct}.',
  'finding.other_principal': '{value} n’est pas l’identité qui appelle, à savoir {caller}.',
  'finding.other_principal.unknown':
    '{value} est une seule identité du compte de {vendor}, et il n’est pas certain que ce soit celle qui appelle. Approuvez le compte ; l’ID externe restreint l’accès.',
  'finding.wrong_action':
    'L’instruction pour {vendor} autorise {actions}, mais pas sts:AssumeRole, l’action nécessaire.',
  'finding.wrong_action.negated': 'NotAction exclut sts:AssumeRole, l’action nécessaire.',
  'finding.wrong_external_id.empty': 'La liste des ID externes est vide : aucun ID externe n’est accepté.',
  'finding.wrong_external_id.literal':
    'Cet opérateur compare la valeur littéralement ; un caractère générique ne serait pas sûr non plus.',
  'finding.operator_unsuited':
    '{operator} ne compare pas de chaînes : il ne correspond donc jamais à un ID externe.',

  'finding.principal_arn_mismatch': 'aws:PrincipalArn est l’ARN de l’identité qui appelle ({caller}).',
  'finding.principal_arn_mismatch.unknown': 'aws:PrincipalArn est l’ARN de l’identité qui appelle.',
  'finding.principal_arn_mismatch.values': 'Il ne remplit pas {operator} {values}.',
  'finding.principal_arn_mismatch.fix':
    'Supprimez la condition sur aws:PrincipalArn de l’instruction pour {vendor} ; l’ID externe restreint l’accès.',
  'finding.condition_not_met': '{vendor} ne remplit pas la condition {operator} sur {key}.',
  'finding.condition_not_met.typo': 'Cette clé n’existe pas. La clé correcte est "sts:ExternalId".',
  'finding.condition_not_met.fix':
    'Supprimez la condition sur {key} de l’instruction pour {vendor}. Les autres instructions peuvent garder la leur.',
  'finding.condition_unknown.allow':
    'Cette instruction autorise ou non {vendor} selon la condition {operator} sur {key}, que ce contrôle ne peut pas évaluer.',
  'finding.condition_unknown.deny':
    'Ce Deny s’applique ou non à {vendor} selon la condition {operator} sur {key}, que ce contrôle ne peut pas évaluer.',
  'finding.condition_unknown.verify':
    'Vérifiez la connexion : vous saurez si {vendor} peut endosser le rôle.',
  'finding.condition_unknown.fix':
    'En cas d’échec, supprimez la condition sur {key} de l’instruction pour {vendor}, comme dans la politique proposée.',

  'finding.deny_hits_us.applies':
    'Cette instruction Deny s’applique à {vendor}, même avec l’ID externe correct, et un Deny l’emporte sur tout Allow.',
  'finding.deny_hits_us.mayApply':
    'Cette instruction Deny peut s’appliquer à {vendor}, même avec l’ID externe correct, et un Deny l’emporte sur tout Allow.',
  'finding.deny_hits_us.condition': 'Elle a une condition sur {key}.',
  'finding.deny_hits_us.exempt':
    'Exemptez le compte de {vendor} avec {condition} dans son élément Condition. La politique proposée maintient le Deny pour tous les autres.',
  'finding.deny_hits_us.principal_removed':
    'Supprimez-en le principal de {vendor}, comme dans la politique proposée.',
  'finding.deny_hits_us.statement_removed':
    'Elle s’applique à {vendor} seul : supprimez-la donc, comme dans la politique proposée.',
  'finding.deny_hits_us.intended': 'Si vous voulez refuser l’accès à {vendor}, laissez-la telle quelle.',
  'finding.not_admitted':
    'Ensemble, les instructions n’autorisent pas {vendor} à endosser le rôle avec l’ID externe correct.',

  'finding.attribute_missing.session.tags':
    'La session de {vendor} dans AWS a des balises de session. AWS transmet les attributs de session à chaque rôle qu’elle endosse, et exige {action} pour cela. Cette politique ne l’autorise pas : AWS refuse l’accès même avec l’ID externe correct.',
  'finding.attribute_missing.session.sourceIdentity':
    'La session de {vendor} dans AWS a une identité source. AWS transmet les attributs de session à chaque rôle qu’elle endosse, et exige {action} pour cela. Cette politique ne l’autorise pas : AWS refuse l’accès même avec l’ID externe correct.',
  'finding.attribute_missing.profile.tags':
    'Le profil d’accès définit des balises de session, ce qui exige {action}. Cette politique ne l’autorise pas : le rôle peut être vérifié, mais pas utilisé.',
  'finding.attribute_missing.profile.sourceIdentity':
    'Le profil d’accès définit une identité source, ce qui exige {action}. Cette politique ne l’autorise pas : le rôle peut être vérifié, mais pas utilisé.',
};
