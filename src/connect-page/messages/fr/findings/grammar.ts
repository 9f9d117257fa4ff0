import type { TranslationOf } from '../../../../lib/message.ts';
import type { GRAMMAR_TEXTS } from '../../../../policy-checks/findings/catalogue/grammar-texts.ts';

export const grammar: TranslationOf<typeof GRAMMAR_TEXTS> = {
  'finding.correctName': 'Le nom correct est {name}.',
  'finding.correctKey': 'La clé correcte est {key}.',
  'finding.not_a_trust_policy':
    'Cette instruction a un élément Resource et pas de Principal : elle appartient à une politique d’autorisations, qui indique ce que le rôle peut faire. La politique d’approbation indique qui peut endosser le rôle.',
  'finding.not_a_trust_policy.fix':
    'Collez la politique que la console IAM affiche pour le rôle sous « Relations d’approbation ».',

  'malformed.no_statement': 'La politique n’a aucune instruction : personne ne peut endosser le rôle.',
  'malformed.no_statement.fix': 'Utilisez la politique proposée.',
  'malformed.statements_only': 'Ce sont des instructions sans la politique qui les entoure.',
  'malformed.statements_only.fix': 'Une politique a la forme {policy}.',
  'malformed.not_a_policy':
    'C’est du JSON, mais pas une politique d’approbation : une politique a "Version" et "Statement".',
  'malformed.not_a_policy.fix': 'Une politique a la forme {policy}.',
  'malformed.id': 'Id n’est pas une chaîne.',
  'malformed.id.fix': 'Écrivez-le entre guillemets doubles, ou supprimez-le.',
  'malformed.effect_missing': 'L’instruction n’a pas d’Effect.',
  'malformed.effect_missing.fix': 'Écrivez "Allow" ou "Deny" comme Effect, exactement ainsi.',
  'malformed.effect': '{value} n’est pas un Effect valide.',
  'malformed.effect.fix': 'Écrivez "Allow" ou "Deny" comme Effect, exactement ainsi.',
  'malformed.statement': 'L’instruction n’est pas un objet, ou elle a à la fois Action et NotAction.',
  'malformed.statement.fix': 'Corrigez l’instruction, ou supprimez-la.',
  'malformed.no_action': '{value} ne nomme aucune action.',
  'malformed.no_action.fix': 'Nommez au moins une action, par exemple "sts:AssumeRole".',
  'malformed.operators': 'Condition n’est pas un objet composé d’opérateurs.',
  'malformed.operators.fix': 'Écrivez {condition} dans Condition.',
  'malformed.keys': '{value} n’est pas un objet composé de clés de condition.',
  'malformed.keys.fix': 'Écrivez {condition} dans Condition.',
  'malformed.condition_value': '{value} a une valeur qui n’est pas une chaîne.',
  'malformed.condition_value.fix': 'Écrivez une chaîne, ou une liste de chaînes sans crochets imbriqués.',
  'malformed.other': '{value} ne respecte pas la grammaire du langage de politique IAM.',
  'malformed.other.fix': 'Corrigez cette partie, ou supprimez l’instruction.',

  'finding.version_invalid': 'La Version {version} n’existe pas.',
  'finding.version_invalid.date':
    'Ce n’est pas la date de votre modification, mais l’une des deux versions du langage de politique.',
  'finding.version_old.missing':
    'La politique n’a pas de Version : IAM utilise donc l’ancien langage de politique, dans lequel les variables telles que {variable} sont du texte brut.',
  'finding.version_old':
    'Version est "2008-10-17" : IAM utilise donc l’ancien langage de politique, dans lequel les variables telles que {variable} sont du texte brut.',
  'finding.version_old.fix':
    'À votre prochaine modification de la politique, écrivez {version} et vérifiez chaque variable qu’elle contient.',
  'finding.unknown_element.policy': 'Une politique n’a pas d’élément {element}.',
  'finding.unknown_element.statement': 'Une instruction n’a pas d’élément {element}.',
  'finding.unknown_element.inside':
    '{element} est à côté des instructions, mais doit être à l’intérieur de l’une d’elles.',
  'finding.unknown_element.move': 'Déplacez {element} dans l’instruction à laquelle il s’applique.',
  'finding.resource_element':
    'Une politique d’approbation n’a pas de {element}, car la ressource est le rôle lui-même. IAM le rejette.',
  'finding.sid_invalid.repeated': 'Deux instructions ont le Sid {sid}. IAM rejette cela.',
  'finding.sid_invalid.repeated.fix': 'Donnez à chaque instruction un Sid différent, ou aucun.',
  'finding.sid_invalid':
    'Le Sid {sid} contient d’autres caractères que des lettres et des chiffres. IAM le rejette dans une politique d’approbation.',
  'finding.sid_invalid.fix': 'Utilisez uniquement des lettres et des chiffres, ou supprimez le Sid.',
  'finding.unknown_operator': 'L’opérateur de condition {operator} n’existe pas : IAM le rejette.',
  'finding.unknown_operator.intended': 'Il s’agit sans doute de {name}.',
  'finding.unknown_operator.fix':
    'Écrivez un opérateur du langage de politique IAM, par exemple "StringEquals".',
  'finding.unknown_operator.key':
    '{operator} est directement dans Condition. Il doit être à l’intérieur d’un opérateur.',
  'finding.condition_key_invalid': '{key} n’est pas une clé de condition.',
  'finding.condition_key_invalid.prefix': 'Une clé commence par le nom d’un service et un deux-points.',
  'finding.condition_key_invalid.fix':
    'Écrivez la clé complète, par exemple "sts:ExternalId" ou "aws:PrincipalArn".',

  'finding.not_principal.named': 'les principaux qu’il nomme',
  'finding.not_principal.allow':
    'NotPrincipal dans un Allow approuve tout le monde dans AWS sauf {values}. IAM le rejette dans une politique d’approbation.',
  'finding.not_principal.allow.fix':
    'Nommez les principaux qui peuvent endosser le rôle. Pour {vendor}, écrivez {principal}.',
  'finding.not_principal.deny':
    'Ce Deny est censé refuser l’accès à tous sauf {values}. IAM rejette NotPrincipal dans une politique d’approbation : en l’état, l’accès n’est refusé à personne.',
  'finding.not_principal.rewritten':
    'Écrivez le Deny pour le Principal "*" avec des conditions qui exemptent les mêmes principaux, comme dans la politique proposée. Il refuse l’accès à tous les autres, comme celui-ci devrait le faire.',
  'finding.not_principal.deny.fix':
    'Écrivez le Deny pour le Principal "*" avec des conditions sur aws:PrincipalArn et aws:PrincipalAccount qui exemptent les mêmes principaux. Sans lui, tous ceux qu’il devrait bloquer obtiennent l’accès par les autres instructions.',

  'finding.principal_invalid': 'IAM n’accepte pas le principal {value}.',
  'finding.principal_invalid.missing':
    'L’instruction n’a pas de Principal : elle n’indique pas qui peut endosser le rôle.',
  'finding.principal_invalid.fix': 'S’il s’agit de {vendor}, écrivez {principal}.',
  'principal.no_type': 'Ce doit être un objet avec un type, par exemple "AWS".',
  'principal.unknown_type': 'Aucun type de principal ne porte ce nom.',
  'principal.number': 'Un ID de compte est une chaîne entre guillemets, car il peut commencer par 0.',
  'principal.group_id': 'Ceci est l’ID unique d’un groupe, qui ne peut pas endosser de rôle.',
  'principal.instance_profile_id':
    'Ceci est l’ID unique d’un profil d’instance, qui ne peut pas endosser de rôle.',
  'principal.access_key_id': 'Ceci est l’ID d’une clé d’accès, qui ne peut pas endosser de rôle.',
  'principal.digits': 'Un ID de compte comporte 12 chiffres.',
  'principal.hyphens': 'Un ID de compte ne comporte pas de traits d’union.',
  'principal.wildcard': 'L’ARN d’un principal ne peut pas contenir de caractère générique.',
  'principal.group': 'Un groupe ne peut pas endosser de rôle.',
  'principal.account_arn': 'L’ARN d’un compte a la forme {example}.',
  'finding.deleted_principal.role': '{id} est l’ID unique d’un rôle qui a été supprimé.',
  'finding.deleted_principal.user': '{id} est l’ID unique d’un utilisateur qui a été supprimé.',
  'finding.deleted_principal.allow':
    'Il n’autorise personne, pas même une nouvelle identité du même nom, et IAM le refuse lorsque la politique est enregistrée à nouveau.',
  'finding.deleted_principal.deny':
    'Il ne refuse l’accès à personne, pas même à une nouvelle identité du même nom, et IAM le refuse lorsque la politique est enregistrée à nouveau.',
  'finding.deleted_principal.fix':
    'Supprimez-le. Si le même rôle ou utilisateur existe à nouveau, écrivez son ARN.',
  'finding.action_invalid': '{action} n’est pas une action pour une politique d’approbation.',
  'finding.action_invalid.missing': 'L’instruction n’a pas d’Action.',
  'finding.action_invalid.onlySts': 'Une politique d’approbation ne peut nommer que des actions STS.',
  'finding.action_invalid.prefix': 'Le nom correct est {name}, avec le préfixe du service.',
};
