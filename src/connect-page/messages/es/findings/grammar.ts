import type { TranslationOf } from '../../../../lib/message.ts';
import type { GRAMMAR_TEXTS } from '../../../../policy-checks/findings/catalogue/grammar-texts.ts';

export const grammar: TranslationOf<typeof GRAMMAR_TEXTS> = {
  'finding.correctName': 'El nombre correcto es {name}.',
  'finding.correctKey': 'La clave correcta es {key}.',
  'finding.not_a_trust_policy':
    'Esta instrucción tiene un elemento Resource y ningún Principal, por lo que pertenece a una política de permisos, que indica lo que puede hacer el rol. La política de confianza indica quién puede asumir el rol.',
  'finding.not_a_trust_policy.fix':
    'Pegue la política que la consola de IAM muestra para el rol en «Relaciones de confianza».',

  'malformed.no_statement': 'La política no tiene ninguna instrucción, por lo que nadie puede asumir el rol.',
  'malformed.no_statement.fix': 'Use la política sugerida.',
  'malformed.statements_only': 'Son instrucciones sin la política que las contiene.',
  'malformed.statements_only.fix': 'Una política tiene la forma {policy}.',
  'malformed.not_a_policy':
    'Es JSON, pero no una política de confianza: una política tiene "Version" y "Statement".',
  'malformed.not_a_policy.fix': 'Una política tiene la forma {policy}.',
  'malformed.id': 'Id no es una cadena.',
  'malformed.id.fix': 'Escríbalo entre comillas dobles o quítelo.',
  'malformed.effect_missing': 'La instrucción no tiene Effect.',
  'malformed.effect_missing.fix': 'Escriba "Allow" o "Deny" como Effect, exactamente así.',
  'malformed.effect': '{value} no es un valor válido de Effect.',
  'malformed.effect.fix': 'Escriba "Allow" o "Deny" como Effect, exactamente así.',
  'malformed.statement': 'La instrucción no es un objeto, o tiene tanto Action como NotAction.',
  'malformed.statement.fix': 'Corrija la instrucción o quítela.',
  'malformed.no_action': '{value} no indica ninguna acción.',
  'malformed.no_action.fix': 'Indique al menos una acción, como "sts:AssumeRole".',
  'malformed.operators': 'Condition no es un objeto de operadores.',
  'malformed.operators.fix': 'Escriba {condition} dentro de Condition.',
  'malformed.keys': '{value} no es un objeto de claves de condición.',
  'malformed.keys.fix': 'Escriba {condition} dentro de Condition.',
  'malformed.condition_value': '{value} tiene un valor que no es una cadena.',
  'malformed.condition_value.fix': 'Escriba una cadena o una lista de cadenas sin corchetes anidados.',
  'malformed.other': '{value} no sigue la gramática del lenguaje de políticas de IAM.',
  'malformed.other.fix': 'Corrija esta parte o quite la instrucción.',

  'finding.version_invalid': 'La Version {version} no existe.',
  'finding.version_invalid.date':
    'No es la fecha de su cambio, sino una de las dos versiones del lenguaje de políticas.',
  'finding.version_old.missing':
    'La política no tiene Version, por lo que IAM usa el lenguaje de políticas anterior, en el que las variables como {variable} son texto sin formato.',
  'finding.version_old':
    'Version es "2008-10-17", por lo que IAM usa el lenguaje de políticas anterior, en el que las variables como {variable} son texto sin formato.',
  'finding.version_old.fix':
    'La próxima vez que cambie la política, escriba {version} y revise todas sus variables.',
  'finding.unknown_element.policy': 'Una política no tiene ningún elemento {element}.',
  'finding.unknown_element.statement': 'Una instrucción no tiene ningún elemento {element}.',
  'finding.unknown_element.inside':
    '{element} está junto a las instrucciones, pero debe estar dentro de una.',
  'finding.unknown_element.move': 'Mueva {element} a la instrucción a la que se aplica.',
  'finding.resource_element':
    'Una política de confianza no tiene {element}, porque el recurso es el propio rol. IAM lo rechaza.',
  'finding.sid_invalid.repeated': 'Dos instrucciones tienen el Sid {sid}. IAM lo rechaza.',
  'finding.sid_invalid.repeated.fix': 'Dé a cada instrucción un Sid distinto, o ninguno.',
  'finding.sid_invalid':
    'El Sid {sid} contiene caracteres que no son letras ni números. IAM lo rechaza en una política de confianza.',
  'finding.sid_invalid.fix': 'Use solo letras y números, o quite el Sid.',
  'finding.unknown_operator': 'El operador de condición {operator} no existe, por lo que IAM lo rechaza.',
  'finding.unknown_operator.intended': 'Probablemente se trata de {name}.',
  'finding.unknown_operator.fix':
    'Escriba un operador del lenguaje de políticas de IAM, como "StringEquals".',
  'finding.unknown_operator.key':
    '{operator} está directamente dentro de Condition. Debe estar dentro de un operador.',
  'finding.condition_key_invalid': '{key} no es una clave de condición.',
  'finding.condition_key_invalid.prefix': 'Una clave empieza por el nombre de un servicio y dos puntos.',
  'finding.condition_key_invalid.fix':
    'Escriba la clave completa, como "sts:ExternalId" o "aws:PrincipalArn".',

  'finding.not_principal.named': 'las entidades principales que indica',
  'finding.not_principal.allow':
    'NotPrincipal en un Allow confía en todo AWS excepto {values}. IAM lo rechaza en una política de confianza.',
  'finding.not_principal.allow.fix':
    'Indique las entidades principales que pueden asumir el rol. Para {vendor}, escriba {principal}.',
  'finding.not_principal.deny':
    'Este Deny debería denegar el acceso a todos excepto {values}. IAM rechaza NotPrincipal en una política de confianza, por lo que así no se deniega el acceso a nadie.',
  'finding.not_principal.rewritten':
    'Escriba el Deny para el Principal "*" con condiciones que eximan a las mismas entidades principales, como en la política sugerida. Deniega el acceso a todos los demás, como debería hacer este.',
  'finding.not_principal.deny.fix':
    'Escriba el Deny para el Principal "*" con condiciones sobre aws:PrincipalArn y aws:PrincipalAccount que eximan a las mismas entidades principales. Sin él, todos aquellos a quienes debería bloquear obtienen acceso mediante las demás instrucciones.',

  'finding.principal_invalid': 'IAM no acepta la entidad principal {value}.',
  'finding.principal_invalid.missing':
    'La instrucción no tiene Principal, por lo que no indica quién puede asumir el rol.',
  'finding.principal_invalid.fix': 'Si se trata de {vendor}, escriba {principal}.',
  'principal.no_type': 'Debe ser un objeto con un tipo, como "AWS".',
  'principal.unknown_type': 'No hay ningún tipo de entidad principal con este nombre.',
  'principal.number': 'Un ID de cuenta es una cadena entre comillas, porque puede empezar por 0.',
  'principal.group_id': 'Este es el ID único de un grupo, que no puede asumir un rol.',
  'principal.instance_profile_id':
    'Este es el ID único de un perfil de instancia, que no puede asumir un rol.',
  'principal.access_key_id': 'Este es el ID de una clave de acceso, que no puede asumir un rol.',
  'principal.digits': 'Un ID de cuenta tiene 12 dígitos.',
  'principal.hyphens': 'Un ID de cuenta no tiene guiones.',
  'principal.wildcard': 'El ARN de una entidad principal no puede contener caracteres comodín.',
  'principal.group': 'Un grupo no puede asumir un rol.',
  'principal.account_arn': 'El ARN de una cuenta tiene la forma {example}.',
  'finding.deleted_principal.role': '{id} es el ID único de un rol que se eliminó.',
  'finding.deleted_principal.user': '{id} es el ID único de un usuario que se eliminó.',
  'finding.deleted_principal.allow':
    'No permite el acceso a nadie, ni siquiera a una identidad nueva con el mismo nombre, e IAM lo rechaza cuando la política se guarda de nuevo.',
  'finding.deleted_principal.deny':
    'No deniega el acceso a nadie, ni siquiera a una identidad nueva con el mismo nombre, e IAM lo rechaza cuando la política se guarda de nuevo.',
  'finding.deleted_principal.fix': 'Quítelo. Si vuelve a existir el mismo rol o usuario, escriba su ARN.',
  'finding.action_invalid': '{action} no es una acción para una política de confianza.',
  'finding.action_invalid.missing': 'La instrucción no tiene Action.',
  'finding.action_invalid.onlySts': 'Una política de confianza solo puede indicar acciones de STS.',
  'finding.action_invalid.prefix': 'El nombre correcto es {name}, con el prefijo del servicio.',
};
