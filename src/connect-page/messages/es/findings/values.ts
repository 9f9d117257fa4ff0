import type { TranslationOf } from '../../../../lib/message.ts';
import type { COMMON_TEXTS } from '../../../../policy-checks/findings/catalogue/define.ts';
import type { VALUE_TEXTS } from '../../../../policy-checks/findings/catalogue/values.ts';
import type { UNMET_KEY_TEXTS } from '../../../../policy-checks/findings/unmet-key.ts';

export const values: TranslationOf<typeof COMMON_TEXTS & typeof VALUE_TEXTS & typeof UNMET_KEY_TEXTS> = {
  'fix.ownStatement':
    'Esta instrucción también confía en otros. Para no cambiar nada para ellos, mueva primero la entidad principal de {vendor} a una instrucción propia.',
  'fix.write': 'Escriba {value}.',
  'fix.replace': 'Sustitúyalo por {value}.',
  'fix.remove': 'Quite {value}.',
  'fix.addCondition': 'Agregue este elemento Condition: {condition}.',
  'fix.addToCondition': 'Agregue a su elemento Condition: {condition}.',
  'fix.useSuggestedPolicy': 'Use la política sugerida.',
  'fix.principalOfDeny':
    'Escriba la entidad principal a la que la instrucción debe denegar el acceso. Sin ella, la instrucción deniega menos de lo que debería.',
  'finding.vendorSends': '{vendor} envía {ids}, por lo que AWS deniega la solicitud.',
  'finding.vendorRole': 'el rol {role} de {vendor}',

  'value.oddCharacters': 'Este valor contiene {characters}.',
  'character.tab': 'una tabulación ({code})',
  'character.line_break': 'un salto de línea ({code})',
  'character.space': 'un espacio ({code})',
  'character.unusual_space': 'un espacio poco habitual ({code})',
  'character.invisible': 'un carácter invisible ({code})',
  'character.dash': 'un guion o una raya tipográficos ({code})',
  'character.quotation_mark': 'una comilla tipográfica ({code})',
  'character.other': 'el carácter {character} ({code})',

  'externalId.retired': '{value} era su ID externo y se ha sustituido.',
  'externalId.placeholder': '{value} parece un valor de ejemplo.',
  'externalId.other': '{value} no es el ID externo que se emitió para usted.',
  'typo.white_space': '{value} es su ID externo con espacios alrededor.',
  'typo.upper_case': '{value} es su ID externo en mayúsculas, pero se distinguen mayúsculas y minúsculas.',
  'typo.odd_characters': '{value} es su ID externo, pero contiene {characters}.',
  'typo.no_hyphens': '{value} es su ID externo sin los guiones.',
  'typo.quotation_marks': '{value} es su ID externo con comillas dentro del valor.',
  'typo.brackets': '{value} es su ID externo entre paréntesis, corchetes o llaves.',
  'typo.punctuation': '{value} es su ID externo con otra puntuación.',
  'typo.beginning': '{value} es solo el principio de su ID externo.',
  'typo.additional_text': '{value} es su ID externo con texto adicional alrededor.',
  'typo.characters_differ': {
    one: '{value} es su ID externo, salvo {count} carácter.',
    other: '{value} es su ID externo, salvo {count} caracteres.',
  },

  'key.ip': 'La condición depende de la dirección IP de quien llama, que puede cambiar sin previo aviso.',
  'key.network': 'La condición depende de la red de quien llama, que no es una de las suyas.',
  'key.mfa': 'Quien llama es un servicio: nadie puede introducir un código de MFA.',
  'key.organization': 'La cuenta que llama no pertenece a su organización de AWS.',
  'key.source':
    'AWS solo establece esta clave cuando llama uno de sus propios servicios. Aquí, el ID externo ofrece la misma protección.',
  'key.account': 'La condición debe indicar la cuenta que llama.',
  'key.identity': 'La condición depende de qué identidad de la cuenta llama y de la ruta de su ARN.',
  'key.roleTags': 'La condición depende de las etiquetas del rol que llama, que pueden cambiar.',
  'key.sessionTags': 'La condición depende de etiquetas de sesión que no siempre se envían.',
  'key.sessionName': 'La condición depende del nombre de la sesión, que es distinto en cada llamada.',
  'key.sourceIdentity': 'La condición depende de una identidad de origen que no siempre se envía.',
  'key.time': 'La condición solo permite el acceso en determinados momentos, y este no es uno de ellos.',
  'key.region': 'La condición indica una región distinta de aquella a la que se llama.',
  'key.userAgent':
    'La condición depende del agente de usuario de quien llama, que no es un secreto y puede cambiar.',
  'key.userId': 'La condición depende de un identificador interno de quien llama, que puede cambiar.',
  'key.services': 'La condición solo la cumplen los servicios de AWS.',
  'key.otherCaller':
    'La clave corresponde a otro tipo de solicitante, como un proveedor de identidades. Nunca está presente cuando llama una cuenta de AWS.',
  'key.other': 'La solicitud no tiene esta clave o tiene otro valor para ella.',
};
