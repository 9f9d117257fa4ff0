import type { TranslationOf } from '../../../../lib/message.ts';
import type { ACCESS_TEXTS } from '../../../../policy-checks/findings/catalogue/access.ts';

export const access: TranslationOf<typeof ACCESS_TEXTS> = {
  'finding.external_id_not_demanded.allows':
    'Cette instruction autorise {vendor} à endosser le rôle, mais n’a aucune condition sur sts:ExternalId.',
  'finding.external_id_not_demanded.intended':
    'Cette instruction est censée autoriser {vendor} à endosser le rôle, mais n’a aucune condition sur sts:ExternalId.',
  'finding.external_id_not_demanded.otherKeys': 'Elle n’a de conditions que sur d’autres clés.',
  'finding.external_id_not_demanded.risk':
    'Quiconque donne à {vendor} l’ARN de ce rôle pourrait alors l’atteindre par l’intermédiaire de {vendor}. Une seule instruction de ce type suffit, quoi qu’exigent les autres.',
  'finding.external_id_not_demanded.identity':
    'Cette instruction autorise d’autres identités du compte de {vendor}, par exemple {example}, sans votre ID externe. Quiconque donne à {vendor} l’ARN de ce rôle pourrait alors l’atteindre par l’une d’elles, quoi qu’exigent les autres instructions.',
  'finding.external_id_not_demanded.fix':
    'Si une autre instruction autorise déjà {vendor}, supprimez celle-ci.',
  'finding.external_id_by_deny':
    'Cette instruction n’a aucune condition qui exige votre ID externe. Seul le Deny de l’instruction {number} l’exige. Si quelqu’un supprime ou restreint ce Deny, le rôle est ouvert.',
  'finding.external_id_by_deny.fix': 'Le Deny n’est alors plus nécessaire pour {vendor}.',
  'finding.if_exists':
    '{operator} ne compare l’ID externe que s’il y en a un : le rôle peut donc être endossé sans ID externe.',
  'finding.for_all_values':
    '{operator} est aussi vrai lorsqu’aucun ID externe n’est envoyé : le rôle peut donc être endossé sans ID externe.',
  'finding.negated_operator':
    '{operator} accepte tout ID externe autre que celui qu’il nomme, ainsi que les demandes sans ID externe.',
  'finding.negated_operator.denies':
    '{operator} rejette les ID externes qu’il nomme et accepte tous les autres. Ce doit être l’inverse.',
  'finding.null_condition.denies':
    '{operator} n’autorise {vendor} que si aucun ID externe n’est envoyé, mais le vôtre est toujours envoyé.',
  'finding.null_condition.missing':
    '{operator} "true" exige qu’aucun ID externe ne soit envoyé : le rôle peut donc être endossé sans ID externe.',
  'finding.null_condition.any':
    '{operator} "false" exige seulement qu’un ID externe soit envoyé : n’importe quelle valeur est donc acceptée.',
  'finding.case_ignored':
    '{operator} ne tient pas compte de la casse. Les ID externes sont sensibles à la casse : comparez le vôtre exactement.',
  'finding.wildcard':
    '{operator} avec {pattern} correspond à davantage que votre ID externe : le rôle peut aussi être endossé {example}.',
  'finding.wildcard.withId': 'avec {externalId}',
  'finding.variable':
    '{value} est une variable de politique. Sa valeur provient de la demande : n’importe quel ID externe envoyé peut donc correspondre.',
  'finding.variable.denies':
    '{value} est une variable de politique, et la demande n’a pas de valeur correspondante.',
  'finding.variable.plainText':
    '{value} est ici du texte brut, car la politique n’a pas la Version 2012-10-17.',
  'finding.opens_without_right_id': 'Ensemble, les instructions permettent d’endosser le rôle {example}.',
  'finding.wildcard_principal': 'Le principal "*" approuve tous les comptes AWS.',
  'finding.wildcard_principal.conditions':
    'La condition sur {keys} n’indique pas à qui appartient l’appelant.',
  'finding.wildcard_principal.risk':
    'L’ID externe n’est pas un secret : quiconque l’apprend peut endosser le rôle directement, sans {vendor}.',
  'finding.retired_external_id.harmless':
    'Il n’est plus jamais utilisé ni émis : il est donc sans danger, mais aussi sans effet.',
  'finding.retired_external_id.fix': 'Supprimez {value} de la liste.',
  'finding.other_external_id': 'Le rôle peut aussi être endossé avec un autre ID externe.',
  'finding.other_external_id.listed': 'La liste contient aussi {value}.',
  'finding.other_external_id.risk':
    'S’il appartient à un autre client de {vendor}, ce client peut atteindre ce rôle par l’intermédiaire de {vendor}.',
  'finding.other_external_id.fix':
    'Supprimez {value}, sauf s’il est aussi à vous, par exemple d’un second espace de travail.',
};
