import type { TranslationOf } from '../../../../lib/message.ts';
import type { WARNING_TEXTS } from '../../../../policy-checks/findings/catalogue/warnings.ts';

export const warnings: TranslationOf<typeof WARNING_TEXTS> = {
  'finding.successor_missing':
    'Su ID externo se está sustituyendo. La política acepta el anterior, {current}, pero todavía no el nuevo, {successor}.',
  'finding.successor_missing.fix': 'Hasta que termine la sustitución, incluya ambos: {condition}.',
  'finding.role_principal':
    'Esta entidad principal es el propio rol de {vendor}. AWS guarda el ID único del rol, no su nombre: si hay que volver a crearlo, su rol deja de confiar en él.',
  'finding.role_principal.fix': 'Escriba {principal} y restrínjalo con {condition}.',
  'finding.redundant_principal':
    '{value} está en la cuenta de {vendor}, en la que la misma instrucción confía en su totalidad. No aporta nada, e IAM lo sustituye por un ID único cuando se elimina esa identidad.',
  'finding.redundant_principal.fix': 'Quítelo; basta con {value}.',
  'finding.other_accounts':
    'La misma instrucción también confía en {values} con las mismas condiciones. Con su ID externo, que no es un secreto, también pueden asumir el rol.',
  'finding.other_accounts.more': '{values} y otras',
  'finding.other_accounts.fix':
    'Dé a cada una de ellas una instrucción independiente con un ID externo independiente, o quite las que no conozca.',
  'finding.not_action': 'NotAction permite todas las acciones que no indica.',
  'finding.broad_action': '{patterns} es un patrón. Además de lo necesario, permite {actions}.',
  'finding.broad_action.future':
    '{patterns} es un patrón. Hoy no permite nada más, pero permitiría una acción con ese nombre que AWS agregue más adelante.',
  'finding.access_expires':
    'La condición sobre {key} pone fin al acceso de {vendor} en esta fecha: {value}. A partir de entonces, AWS deniega el acceso al rol.',
  'finding.access_expires.fix': 'Quite la condición si el acceso debe continuar, o cambie la fecha a tiempo.',
  'finding.statement_left_out.rejected':
    'La política sugerida omite la instrucción {number}, porque IAM la rechazaría.',
  'finding.statement_left_out.deleted':
    'La política sugerida omite la instrucción {number}, porque se eliminaron todas sus entidades principales.',
  'finding.statement_left_out.fix': 'Si necesita la instrucción, corríjala y agréguela de nuevo.',
};
