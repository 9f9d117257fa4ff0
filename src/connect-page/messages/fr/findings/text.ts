import type { TranslationOf } from '../../../../lib/message.ts';
import type { TEXT_TEXTS } from '../../../../policy-checks/findings/catalogue/text.ts';

export const text: TranslationOf<typeof TEXT_TEXTS> = {
  'syntax.position': 'Ligne {line}, colonne {column} : {problem}',

  'mistake.curly_quotes':
    'il y a ici un guillemet typographique, comme en insèrent les traitements de texte et les messageries.',
  'mistake.curly_quotes.fix': 'Remplacez chaque guillemet typographique par un guillemet droit : ".',
  'mistake.single_quotes': 'il y a ici un guillemet simple. JSON utilise des guillemets doubles.',
  'mistake.single_quotes.fix': 'Remplacez chaque \' par ".',
  'mistake.missing_quotes': 'il y a ici une valeur ou une clé sans guillemets.',
  'mistake.missing_quotes.fix': 'Mettez-la entre guillemets doubles.',
  'mistake.missing_comma': 'il manque une virgule avant cet endroit.',
  'mistake.missing_comma.fix': 'Insérez une virgule entre les deux éléments.',
  'mistake.trailing_comma': 'il y a une virgule avant une accolade ou un crochet fermant.',
  'mistake.trailing_comma.fix': 'Supprimez la virgule après le dernier élément.',
  'mistake.comment': 'il y a ici un commentaire, ce que JSON n’accepte pas.',
  'mistake.comment.fix': 'Supprimez le commentaire.',
  'mistake.odd_space':
    'il y a ici un caractère invisible que JSON n’accepte pas, par exemple une espace insécable.',
  'mistake.odd_space.fix': 'Supprimez chacun d’eux, et tapez une espace ordinaire s’il en faut une.',
  'mistake.html_entities': '{value} est la manière dont le code source d’une page web écrit un caractère.',
  'mistake.html_entities.fix':
    'Copiez le texte que la page affiche, et non son code source. En JSON, écrivez les caractères eux-mêmes.',
  'mistake.no_braces': 'il manque les accolades autour de la politique.',
  'mistake.no_braces.fix':
    'Mettez-la entre accolades : une politique commence par { et se termine par l’accolade fermante.',
  'mistake.leftover': 'une accolade, un crochet ou un autre signe suit la fin de la politique.',
  'mistake.leftover.fix': 'Supprimez ce qui suit la dernière }.',
  'mistake.after_end': '{value} suit la fin de la politique.',
  'mistake.after_end.fix': 'Collez une seule politique, et rien après sa dernière }.',
  'mistake.too_deep': 'le texte comporte plus de {value} niveaux d’imbrication.',
  'mistake.too_deep.fix': 'Collez uniquement la politique d’approbation.',
  'mistake.missing_colon': 'il manque un deux-points avant {value}.',
  'mistake.missing_colon.fix': 'Insérez un deux-points après la clé.',
  'mistake.missing_bracket': 'il manque une accolade ou un crochet fermant avant {value}.',
  'mistake.missing_bracket.fix': 'Fermez l’accolade ou le crochet qui a été ouvert.',
  'mistake.open_string': 'une chaîne n’est pas fermée sur sa ligne.',
  'mistake.open_string.fix': 'Fermez-la avec ".',
  'mistake.cut_off': 'le texte se termine avant la fermeture de la dernière accolade ou du dernier crochet.',
  'mistake.cut_off.fix': 'Copiez toute la politique. Son dernier caractère est }.',
  'mistake.not_valid': '{value} n’est pas valide ici.',
  'mistake.not_valid.fix':
    'Corrigez le JSON à cet endroit : les chaînes et les clés sont entre guillemets doubles, et des virgules séparent les éléments.',
  'mistake.yaml': 'ce n’est pas du YAML valide.',
  'mistake.yaml.fix': 'Corrigez le YAML à cet endroit, ou collez la politique en JSON.',

  'unreadable.empty': 'Le texte est vide.',
  'unreadable.text_before': 'Il y a un autre texte avant la politique. Une politique commence par {.',
  'unreadable.html': 'C’est le code source d’une page web, et non le texte que la page affiche.',
  'unreadable.arn': 'Ceci est un ARN, et non une politique d’approbation.',
  'unreadable.external_id': 'Ceci est un ID externe, et non une politique d’approbation.',
  'unreadable.not_json': 'Ceci n’est pas du JSON, car une politique commence par {.',
  'unreadable.language': 'Ceci ressemble à du {language}, mais n’a pas pu être lu en entier.',
  'unreadable.yaml_alias': 'Il contient un alias.',
  'unreadable.yaml_too_deep': 'Il est trop imbriqué.',
  'unreadable.terraform_plan': 'Le plan masque des éléments qui ne changent pas.',
  'unreadable.terraform_repeated_key': 'Un objet contient deux fois la même clé.',
  'unreadable.terraform_syntax': 'Il contient une syntaxe que ce contrôle ne connaît pas.',
  'unreadable.terraform_no_policy': 'Il ne contient pas d’assume_role_policy.',
  'unreadable.expressions': 'Une politique est composée à partir d’expressions.',
  'unreadable.fix':
    'Collez la politique d’approbation en JSON. La console IAM l’affiche sur la page du rôle, sous « Relations d’approbation ». Avec l’AWS CLI : {command}',

  'finding.repeated_key':
    'La clé {key} figure deux fois dans le même objet. IAM rejette cela, et la plupart des analyseurs JSON ne gardent que la dernière valeur.',
  'finding.repeated_key.fix': 'Regroupez les deux valeurs sous une seule clé.',
  'finding.several_policies':
    'Le texte contient {number} politiques d’approbation, et rien n’indique laquelle concerne {vendor}. Aucune n’a été vérifiée.',
  'finding.several_policies.roles': 'Rôles : {names}.',
  'finding.several_policies.fix': 'Collez la politique d’approbation d’un seul rôle.',
  'finding.policy_too_long':
    'La politique comporte {size} caractères sans compter les espaces. IAM en accepte au maximum {max}. Elle n’a pas été vérifiée davantage.',
  'finding.policy_too_long.fix':
    'Créez des rôles distincts pour les autres principaux qui utilisent ce rôle.',
  'finding.over_default_quota':
    'La politique comporte {size} caractères sans compter les espaces. Un compte est limité à {quota}, sauf si AWS a augmenté son quota.',
  'finding.over_default_quota.fix':
    'Raccourcissez la politique, ou demandez dans Service Quotas une augmentation de "Role trust policy length" ({max} au maximum).',
  'finding.unresolved_value': '{expression} est une expression de {tool}, remplacée plus tard par sa valeur.',
  'finding.unresolved_value.unknown': 'Ce contrôle ne connaît pas cette valeur.',
  'finding.unresolved_value.assumed': 'La politique n’est correcte que si la valeur est {value}.',
  'finding.unresolved_value.set': 'Définissez-la sur {value}.',
  'finding.template_condition.open': 'Si {conditions}, le rôle peut être endossé sans votre ID externe.',
  'finding.template_condition.open.fix': 'Exigez l’ID externe dans ce cas aussi, ou supprimez la condition.',
  'finding.template_condition.errors':
    'Si {conditions}, la politique contient des erreurs, que cette liste indique aussi.',
  'finding.template_condition.errors.fix': 'Corrigez-les, ou supprimez la condition.',
  'finding.template_condition.not_assumable': 'Si {conditions}, {vendor} ne peut pas endosser le rôle.',
  'finding.template_condition.not_assumable.fix':
    'Assurez-vous que ce n’est pas le cas du rôle que {vendor} doit utiliser.',
  'finding.template_condition.is_true': '{name} est vrai',
  'finding.template_condition.is_false': '{name} est faux',
  'finding.template_conditions_untested':
    'La politique dépend de tant de conditions que tous les cas n’ont pas été vérifiés. Le résultat est celui où toutes les conditions sont vraies.',
  'finding.unresolved_value.fix':
    'Pour vérifier la politique enregistrée dans IAM, collez le résultat de : {command}',
};
