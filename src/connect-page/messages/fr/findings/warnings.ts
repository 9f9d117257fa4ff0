import type { TranslationOf } from '../../../../lib/message.ts';
import type { WARNING_TEXTS } from '../../../../policy-checks/findings/catalogue/warnings.ts';

export const warnings: TranslationOf<typeof WARNING_TEXTS> = {
  'finding.successor_missing':
    'Votre ID externe est en cours de remplacement. La politique accepte l’ancien, {current}, mais pas encore le nouveau, {successor}.',
  'finding.successor_missing.fix': 'Jusqu’à la fin du remplacement, indiquez les deux : {condition}.',
  'finding.role_principal':
    'Ce principal est le rôle de {vendor} lui-même. AWS enregistre l’ID unique du rôle, et non son nom : s’il doit être recréé, votre rôle ne l’approuve plus.',
  'finding.role_principal.fix': 'Écrivez {principal}, et restreignez-le avec {condition}.',
  'finding.redundant_principal':
    '{value} est dans le compte de {vendor}, que la même instruction approuve dans son ensemble. Il n’ajoute rien, et IAM le remplace par un ID unique lorsque cette identité est supprimée.',
  'finding.redundant_principal.fix': 'Supprimez-le ; {value} suffit.',
  'finding.other_accounts':
    'La même instruction approuve aussi {values} aux mêmes conditions. Avec votre ID externe, qui n’est pas un secret, eux aussi peuvent endosser le rôle.',
  'finding.other_accounts.more': '{values} et d’autres',
  'finding.other_accounts.fix':
    'Donnez à chacun une instruction distincte avec un ID externe distinct, ou supprimez ceux que vous ne connaissez pas.',
  'finding.not_action': 'NotAction autorise toutes les actions qu’il ne nomme pas.',
  'finding.broad_action': '{patterns} est un modèle. Outre ce qui est nécessaire, il autorise {actions}.',
  'finding.broad_action.future':
    '{patterns} est un modèle. Il n’autorise rien de plus aujourd’hui, mais autoriserait une action de ce nom qu’AWS ajouterait plus tard.',
  'finding.access_expires':
    'La condition sur {key} met fin à l’accès de {vendor} à cette date : {value}. Ensuite, AWS refuse l’accès au rôle.',
  'finding.access_expires.fix': 'Supprimez la condition si l’accès doit durer, ou modifiez la date à temps.',
  'finding.statement_left_out.rejected':
    'La politique proposée omet l’instruction {number}, car IAM la rejetterait.',
  'finding.statement_left_out.deleted':
    'La politique proposée omet l’instruction {number}, car tous ses principaux ont été supprimés.',
  'finding.statement_left_out.fix':
    'Si vous avez besoin de cette instruction, corrigez-la et ajoutez-la à nouveau.',
};
