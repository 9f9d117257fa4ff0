import type { TranslationOf } from '../../../../lib/message.ts';
import type { DENIAL_TEXTS } from '../../../../policy-checks/findings/catalogue/denial-texts.ts';

export const denials: TranslationOf<typeof DENIAL_TEXTS> = {
  'finding.unmet.replaceStatement':
    'No quite solo la condición: la instrucción confiaría en cualquiera. Escriba en su lugar {principal} y {condition}.',

  'finding.vendor_not_trusted':
    'Ninguna instrucción permite que {vendor} asuma el rol: ninguna es para su cuenta {account}.',
  'finding.vendor_not_trusted.services':
    'Esta instrucción tiene su ID externo, pero solo confía en servicios o proveedores de identidades. {vendor} llama desde una cuenta de AWS.',
  'finding.vendor_not_trusted.fix':
    'Agregue una instrucción con {principal}, {action} y {condition}, como en la política sugerida.',
  'finding.wrong_account': '{value} está en la cuenta {account}, pero la cuenta de {vendor} es {correct}.',
  'finding.wrong_account.digit_differs': 'Parece un error al escribir: el dígito {first} es distinto.',
  'finding.wrong_account.digits_swapped':
    'Parece un error al escribir: los dígitos {first} y {second} están intercambiados.',
  'finding.wrong_partition':
    '{value} está en la partición de AWS {partition}, pero {vendor} llama desde {correct}. Un rol no se puede asumir desde otra partición, e IAM rechaza una entidad principal así.',
  'finding.wrong_partition.unknown':
    '{value} está en la partición de AWS {partition}, que no existe. La partición de su cuenta es {correct}.',
  'finding.other_principal': '{value} no es la identidad que llama, que es {caller}.',
  'finding.other_principal.unknown':
    '{value} es una sola identidad de la cuenta de {vendor}, y no es seguro que sea la que llama. Confíe en la cuenta; el ID externo restringe el acceso.',
  'finding.wrong_action':
    'La instrucción para {vendor} permite {actions}, pero no sts:AssumeRole, que es la acción necesaria.',
  'finding.wrong_action.negated': 'NotAction excluye sts:AssumeRole, que es la acción necesaria.',
  'finding.wrong_external_id.empty':
    'La lista de ID externos está vacía, por lo que no se acepta ningún ID externo.',
  'finding.wrong_external_id.literal':
    'Este operador compara el valor literalmente; un carácter comodín tampoco sería seguro.',
  'finding.operator_unsuited': '{operator} no compara cadenas, por lo que nunca coincide con un ID externo.',

  'finding.principal_arn_mismatch': 'aws:PrincipalArn es el ARN de la identidad que llama ({caller}).',
  'finding.principal_arn_mismatch.unknown': 'aws:PrincipalArn es el ARN de la identidad que llama.',
  'finding.principal_arn_mismatch.values': 'No cumple {operator} {values}.',
  'finding.principal_arn_mismatch.fix':
    'Quite la condición sobre aws:PrincipalArn de la instrucción para {vendor}; el ID externo restringe el acceso.',
  'finding.condition_not_met': '{vendor} no cumple la condición {operator} sobre {key}.',
  'finding.condition_not_met.typo': 'Esta clave no existe. La clave correcta es "sts:ExternalId".',
  'finding.condition_not_met.fix':
    'Quite la condición sobre {key} de la instrucción para {vendor}. Las demás instrucciones pueden conservar la suya.',
  'finding.condition_unknown.allow':
    'Que esta instrucción permita el acceso a {vendor} depende de la condición {operator} sobre {key}, que esta comprobación no puede evaluar.',
  'finding.condition_unknown.deny':
    'Que este Deny se aplique a {vendor} depende de la condición {operator} sobre {key}, que esta comprobación no puede evaluar.',
  'finding.condition_unknown.verify': 'Verifique la conexión: así sabrá si {vendor} puede asumir el rol.',
  'finding.condition_unknown.fix':
    'Si no puede, quite la condición sobre {key} de la instrucción para {vendor}, como en la política sugerida.',

  'finding.deny_hits_us.applies':
    'Esta instrucción Deny se aplica a {vendor} incluso con el ID externo correcto, y un Deny prevalece sobre cualquier Allow.',
  'finding.deny_hits_us.mayApply':
    'Esta instrucción Deny podría aplicarse a {vendor} incluso con el ID externo correcto, y un Deny prevalece sobre cualquier Allow.',
  'finding.deny_hits_us.condition': 'Tiene una condición sobre {key}.',
  'finding.deny_hits_us.exempt':
    'Exima a la cuenta de {vendor} con {condition} en su elemento Condition. La política sugerida mantiene el Deny para todos los demás.',
  'finding.deny_hits_us.principal_removed':
    'Quite de ella la entidad principal de {vendor}, como en la política sugerida.',
  'finding.deny_hits_us.statement_removed':
    'Solo se aplica a {vendor}, así que quítela, como en la política sugerida.',
  'finding.deny_hits_us.intended': 'Si quiere denegar el acceso a {vendor}, déjela como está.',
  'finding.not_admitted':
    'En conjunto, las instrucciones no permiten que {vendor} asuma el rol con el ID externo correcto.',

  'finding.attribute_missing.session.tags':
    'La sesión de {vendor} en AWS tiene etiquetas de sesión. AWS transmite los atributos de sesión a cada rol que asume y exige {action} para ello. Esta política no lo permite, por lo que AWS deniega el acceso incluso con el ID externo correcto.',
  'finding.attribute_missing.session.sourceIdentity':
    'La sesión de {vendor} en AWS tiene una identidad de origen. AWS transmite los atributos de sesión a cada rol que asume y exige {action} para ello. Esta política no lo permite, por lo que AWS deniega el acceso incluso con el ID externo correcto.',
  'finding.attribute_missing.profile.tags':
    'El perfil de acceso establece etiquetas de sesión, lo que exige {action}. Esta política no lo permite, por lo que el rol se puede verificar pero no usar.',
  'finding.attribute_missing.profile.sourceIdentity':
    'El perfil de acceso establece una identidad de origen, lo que exige {action}. Esta política no lo permite, por lo que el rol se puede verificar pero no usar.',
};
