import type { TranslationOf } from '../../../../lib/message.ts';
import type { COMMON_TEXTS } from '../../../../policy-checks/findings/catalogue/define.ts';
import type { VALUE_TEXTS } from '../../../../policy-checks/findings/catalogue/values.ts';
import type { UNMET_KEY_TEXTS } from '../../../../policy-checks/findings/unmet-key.ts';

export const values: TranslationOf<typeof COMMON_TEXTS & typeof VALUE_TEXTS & typeof UNMET_KEY_TEXTS> = {
  'fix.ownStatement':
    'Cette instruction fait aussi confiance à d’autres. Pour ne rien changer pour eux, déplacez d’abord le principal de {vendor} dans une instruction distincte.',
  'fix.write': 'Écrivez {value}.',
  'fix.replace': 'Remplacez-le par {value}.',
  'fix.remove': 'Supprimez {value}.',
  'fix.addCondition': 'Ajoutez cet élément Condition : {condition}.',
  'fix.addToCondition': 'Ajoutez à son élément Condition : {condition}.',
  'fix.useSuggestedPolicy': 'Utilisez la politique proposée.',
  'fix.principalOfDeny':
    'Écrivez le principal auquel l’instruction doit refuser l’accès. Sans lui, l’instruction refuse moins qu’elle ne devrait.',
  'finding.vendorSends': '{vendor} envoie {ids} : AWS refuse donc la demande.',
  'finding.vendorRole': 'le rôle {role} de {vendor}',

  'value.oddCharacters': 'Cette valeur contient {characters}.',
  'character.tab': 'une tabulation ({code})',
  'character.line_break': 'un saut de ligne ({code})',
  'character.space': 'une espace ({code})',
  'character.unusual_space': 'une espace inhabituelle ({code})',
  'character.invisible': 'un caractère invisible ({code})',
  'character.dash': 'un trait d’union ou un tiret typographique ({code})',
  'character.quotation_mark': 'un guillemet typographique ({code})',
  'character.other': 'le caractère {character} ({code})',

  'externalId.retired': '{value} était votre ID externe et a été remplacé.',
  'externalId.placeholder': '{value} ressemble à une valeur d’exemple.',
  'externalId.other': '{value} n’est pas l’ID externe qui a été émis pour vous.',
  'typo.white_space': '{value} est votre ID externe entouré d’espaces.',
  'typo.upper_case': '{value} est votre ID externe en majuscules, mais la casse compte.',
  'typo.odd_characters': '{value} est votre ID externe, mais contient {characters}.',
  'typo.no_hyphens': '{value} est votre ID externe sans ses traits d’union.',
  'typo.quotation_marks': '{value} est votre ID externe avec des guillemets dans la valeur.',
  'typo.brackets': '{value} est votre ID externe entouré de crochets, de parenthèses ou d’accolades.',
  'typo.punctuation': '{value} est votre ID externe avec une autre ponctuation.',
  'typo.beginning': '{value} n’est que le début de votre ID externe.',
  'typo.additional_text': '{value} est votre ID externe entouré d’un texte supplémentaire.',
  'typo.characters_differ': {
    one: '{value} est votre ID externe, à {count} caractère près.',
    other: '{value} est votre ID externe, à {count} caractères près.',
  },

  'key.ip': 'Elle dépend de l’adresse IP de l’appelant, qui peut changer sans préavis.',
  'key.network': 'Elle dépend du réseau de l’appelant, qui n’est pas l’un des vôtres.',
  'key.mfa': 'C’est un service qui appelle : personne ne peut saisir de code MFA.',
  'key.organization': 'Le compte qui appelle n’appartient pas à votre organisation AWS.',
  'key.source':
    'AWS ne définit cette clé que lorsque l’un de ses propres services appelle. Ici, l’ID externe offre la même protection.',
  'key.account': 'Elle doit nommer le compte qui appelle.',
  'key.identity': 'Elle dépend de l’identité du compte qui appelle, et du chemin dans son ARN.',
  'key.roleTags': 'Elle dépend des balises du rôle qui appelle, qui peuvent changer.',
  'key.sessionTags': 'Elle dépend de balises de session qui ne sont pas toujours envoyées.',
  'key.sessionName': 'Elle dépend du nom de la session, différent à chaque appel.',
  'key.sourceIdentity': 'Elle dépend d’une identité source qui n’est pas toujours envoyée.',
  'key.time': 'Elle n’autorise l’accès qu’à certains moments, et ce n’en est pas un.',
  'key.region': 'Elle nomme une autre Région que celle qui est appelée.',
  'key.userAgent':
    'Elle dépend de l’agent utilisateur de l’appelant, qui n’est pas un secret et peut changer.',
  'key.userId': 'Elle dépend d’un identifiant interne de l’appelant, qui peut changer.',
  'key.services': 'Seuls des services AWS la remplissent.',
  'key.otherCaller':
    'La clé concerne un autre type d’appelant, par exemple un fournisseur d’identité. Elle n’est jamais présente lorsqu’un compte AWS appelle.',
  'key.other': 'La demande n’a pas cette clé, ou a une autre valeur pour elle.',
};
