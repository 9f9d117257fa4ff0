import type { TranslationOf } from '../../../../lib/message.ts';
import type { TEXT_TEXTS } from '../../../../policy-checks/findings/catalogue/text.ts';

export const text: TranslationOf<typeof TEXT_TEXTS> = {
  'syntax.position': 'Línea {line}, columna {column}: {problem}',

  'mistake.curly_quotes':
    'hay una comilla tipográfica, como las que insertan los procesadores de texto y los programas de chat.',
  'mistake.curly_quotes.fix': 'Sustituya todas las comillas tipográficas por comillas rectas: ".',
  'mistake.single_quotes': 'hay una comilla simple. JSON usa comillas dobles.',
  'mistake.single_quotes.fix': 'Sustituya cada \' por ".',
  'mistake.missing_quotes': 'hay un valor o una clave sin comillas.',
  'mistake.missing_quotes.fix': 'Escríbalo entre comillas dobles.',
  'mistake.missing_comma': 'falta una coma antes de este punto.',
  'mistake.missing_comma.fix': 'Inserte una coma entre los dos elementos.',
  'mistake.trailing_comma': 'hay una coma antes de una llave o un corchete de cierre.',
  'mistake.trailing_comma.fix': 'Quite la coma que sigue al último elemento.',
  'mistake.comment': 'hay un comentario, y JSON no los admite.',
  'mistake.comment.fix': 'Quite el comentario.',
  'mistake.odd_space': 'hay un carácter invisible que JSON no admite, como un espacio de no separación.',
  'mistake.odd_space.fix': 'Elimine todos y escriba un espacio normal si hace falta.',
  'mistake.html_entities':
    '{value} es la forma en que el código fuente de una página web escribe un carácter.',
  'mistake.html_entities.fix':
    'Copie el texto que muestra la página, y no su código fuente. En JSON, escriba los caracteres mismos.',
  'mistake.no_braces': 'faltan las llaves que rodean la política.',
  'mistake.no_braces.fix':
    'Escríbala entre llaves: una política empieza por { y termina con la llave de cierre.',
  'mistake.leftover': 'hay una llave, un corchete u otro signo después del final de la política.',
  'mistake.leftover.fix': 'Quite lo que sigue a la última }.',
  'mistake.after_end': '{value} aparece después del final de la política.',
  'mistake.after_end.fix': 'Pegue una sola política y nada después de su última }.',
  'mistake.too_deep': 'el texto tiene más de {value} niveles de anidamiento.',
  'mistake.too_deep.fix': 'Pegue solo la política de confianza.',
  'mistake.missing_colon': 'faltan los dos puntos antes de {value}.',
  'mistake.missing_colon.fix': 'Inserte dos puntos después de la clave.',
  'mistake.missing_bracket': 'falta una llave o un corchete de cierre antes de {value}.',
  'mistake.missing_bracket.fix': 'Cierre la llave o el corchete que se abrió.',
  'mistake.open_string': 'una cadena no se cierra en su línea.',
  'mistake.open_string.fix': 'Ciérrela con ".',
  'mistake.cut_off': 'el texto termina antes de que se cierre la última llave o el último corchete.',
  'mistake.cut_off.fix': 'Copie toda la política. Su último carácter es }.',
  'mistake.not_valid': '{value} no es válido aquí.',
  'mistake.not_valid.fix':
    'Corrija el JSON en esta posición: las cadenas y las claves van entre comillas dobles, y los elementos se separan con comas.',
  'mistake.yaml': 'esto no es YAML válido.',
  'mistake.yaml.fix': 'Corrija el YAML en esta posición o pegue la política como JSON.',

  'unreadable.empty': 'El texto está vacío.',
  'unreadable.text_before': 'Hay otro texto antes de la política. Una política empieza por {.',
  'unreadable.html': 'Es el código fuente de una página web, no el texto que muestra la página.',
  'unreadable.arn': 'Esto es un ARN, no una política de confianza.',
  'unreadable.external_id': 'Esto es un ID externo, no una política de confianza.',
  'unreadable.not_json': 'Esto no es JSON, porque una política empieza por {.',
  'unreadable.language': 'Esto parece {language}, pero no se pudo leer por completo.',
  'unreadable.yaml_alias': 'Contiene un alias.',
  'unreadable.yaml_too_deep': 'Tiene demasiados niveles de anidamiento.',
  'unreadable.terraform_plan': 'El plan oculta elementos que no cambian.',
  'unreadable.terraform_repeated_key': 'Un objeto tiene la misma clave dos veces.',
  'unreadable.terraform_syntax': 'Contiene una sintaxis que esta comprobación no conoce.',
  'unreadable.terraform_no_policy': 'No contiene assume_role_policy.',
  'unreadable.expressions': 'Una política se compone mediante expresiones.',
  'unreadable.fix':
    'Pegue la política de confianza como JSON. La consola de IAM la muestra en la página del rol, en «Relaciones de confianza». Con la AWS CLI: {command}',

  'finding.repeated_key':
    'La clave {key} aparece dos veces en el mismo objeto. IAM lo rechaza, y la mayoría de los analizadores de JSON solo conservan el último valor.',
  'finding.repeated_key.fix': 'Reúna los dos valores en una sola clave.',
  'finding.several_policies':
    'El texto contiene {number} políticas de confianza y no está claro cuál es la de {vendor}. No se comprobó ninguna.',
  'finding.several_policies.roles': 'Roles: {names}.',
  'finding.several_policies.fix': 'Pegue la política de confianza de un solo rol.',
  'finding.policy_too_long':
    'La política tiene {size} caracteres sin contar los espacios. IAM acepta como máximo {max}. No se siguió comprobando.',
  'finding.policy_too_long.fix':
    'Cree roles independientes para las demás entidades principales que usan este rol.',
  'finding.over_default_quota':
    'La política tiene {size} caracteres sin contar los espacios. Una cuenta está limitada a {quota}, salvo que AWS haya aumentado su cuota.',
  'finding.over_default_quota.fix':
    'Acorte la política o solicite en Service Quotas un aumento de "Role trust policy length" ({max} como máximo).',
  'finding.unresolved_value':
    '{expression} es una expresión de {tool}, que más tarde se sustituye por el valor.',
  'finding.unresolved_value.unknown': 'Esta comprobación no conoce ese valor.',
  'finding.unresolved_value.assumed': 'La política solo es correcta si el valor es {value}.',
  'finding.unresolved_value.set': 'Establézcalo en {value}.',
  'finding.template_condition.open': 'Si {conditions}, el rol se puede asumir sin su ID externo.',
  'finding.template_condition.open.fix': 'Exija el ID externo también en este caso o quite la condición.',
  'finding.template_condition.errors':
    'Si {conditions}, la política tiene errores, que esta lista también indica.',
  'finding.template_condition.errors.fix': 'Corríjalos o quite la condición.',
  'finding.template_condition.not_assumable': 'Si {conditions}, {vendor} no puede asumir el rol.',
  'finding.template_condition.not_assumable.fix':
    'Asegúrese de que no sea así para el rol que debe usar {vendor}.',
  'finding.template_condition.is_true': '{name} es verdadero',
  'finding.template_condition.is_false': '{name} es falso',
  'finding.template_conditions_untested':
    'La política depende de tantas condiciones que no se comprobaron todos los casos. El resultado es el de que todas las condiciones sean verdaderas.',
  'finding.unresolved_value.fix': 'Para comprobar la política que tiene IAM, pegue la salida de: {command}',
};
