import type { TranslationOf } from '../../../../lib/message.ts';
import type { ACCESS_TEXTS } from '../../../../policy-checks/findings/catalogue/access.ts';

export const access: TranslationOf<typeof ACCESS_TEXTS> = {
  'finding.external_id_not_demanded.allows':
    'Esta instrucción permite que {vendor} asuma el rol, pero no tiene ninguna condición sobre sts:ExternalId.',
  'finding.external_id_not_demanded.intended':
    'Esta instrucción debería permitir que {vendor} asuma el rol, pero no tiene ninguna condición sobre sts:ExternalId.',
  'finding.external_id_not_demanded.otherKeys': 'Solo tiene condiciones sobre otras claves.',
  'finding.external_id_not_demanded.risk':
    'Cualquiera que dé a {vendor} el ARN de este rol podría entonces acceder a él a través de {vendor}. Basta una sola instrucción así, exijan lo que exijan las demás.',
  'finding.external_id_not_demanded.identity':
    'Esta instrucción permite el acceso a otras identidades de la cuenta de {vendor}, como {example}, sin su ID externo. Cualquiera que dé a {vendor} el ARN de este rol podría entonces acceder a él a través de una de ellas, exijan lo que exijan las demás instrucciones.',
  'finding.external_id_not_demanded.fix': 'Si otra instrucción ya permite el acceso a {vendor}, quite esta.',
  'finding.external_id_by_deny':
    'Esta instrucción no tiene ninguna condición que exija su ID externo. Solo lo exige el Deny de la instrucción {number}. Si alguien quita o restringe ese Deny, el rol queda abierto.',
  'finding.external_id_by_deny.fix': 'Así, el Deny ya no es necesario para {vendor}.',
  'finding.if_exists':
    '{operator} solo compara el ID externo si se envía uno, por lo que el rol se puede asumir sin él.',
  'finding.for_all_values':
    '{operator} también se cumple cuando no se envía ningún ID externo, por lo que el rol se puede asumir sin él.',
  'finding.negated_operator':
    '{operator} acepta cualquier ID externo distinto del que indica, y también solicitudes sin ID externo.',
  'finding.negated_operator.denies':
    '{operator} rechaza los ID externos que indica y acepta todos los demás. Debe ser al revés.',
  'finding.null_condition.denies':
    '{operator} solo permite el acceso a {vendor} cuando no se envía ningún ID externo, pero el suyo se envía siempre.',
  'finding.null_condition.missing':
    '{operator} "true" exige que no se envíe ningún ID externo, por lo que el rol se puede asumir sin él.',
  'finding.null_condition.any':
    '{operator} "false" solo exige que se envíe algún ID externo, por lo que se acepta cualquier valor.',
  'finding.case_ignored':
    '{operator} no distingue mayúsculas y minúsculas. Los ID externos sí las distinguen, así que compare el suyo exactamente.',
  'finding.wildcard':
    '{operator} con {pattern} coincide con más que su ID externo: el rol también se puede asumir {example}.',
  'finding.wildcard.withId': 'con {externalId}',
  'finding.variable':
    '{value} es una variable de política. Su valor procede de la solicitud, por lo que puede coincidir cualquier ID externo que se envíe.',
  'finding.variable.denies':
    '{value} es una variable de política, y la solicitud no tiene un valor que coincida.',
  'finding.variable.plainText':
    '{value} es aquí texto sin formato, porque la política no tiene la Version 2012-10-17.',
  'finding.opens_without_right_id': 'En conjunto, las instrucciones permiten asumir el rol {example}.',
  'finding.wildcard_principal': 'La entidad principal "*" confía en todas las cuentas de AWS.',
  'finding.wildcard_principal.conditions':
    'La condición sobre {keys} no indica a quién pertenece quien llama.',
  'finding.wildcard_principal.risk':
    'El ID externo no es un secreto: cualquiera que lo conozca puede asumir el rol directamente, sin {vendor}.',
  'finding.retired_external_id.harmless':
    'No se vuelve a usar ni a emitir nunca, por lo que es inofensivo pero no tiene efecto.',
  'finding.retired_external_id.fix': 'Quite {value} de la lista.',
  'finding.other_external_id': 'El rol también se puede asumir con otro ID externo.',
  'finding.other_external_id.listed': 'La lista también contiene {value}.',
  'finding.other_external_id.risk':
    'Si pertenece a otro cliente de {vendor}, ese cliente puede acceder a este rol a través de {vendor}.',
  'finding.other_external_id.fix':
    'Quite {value}, salvo que también sea suyo, por ejemplo de un segundo espacio de trabajo.',
};
