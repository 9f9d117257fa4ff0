import type { TranslationOf } from '../../../lib/message.ts';
import type { general as source } from '../en/general.ts';

export const general: TranslationOf<typeof source> = {
  'page.skip': 'Aller au contenu',
  'page.tenant': 'pour <b>{tenant}</b>',
  'page.signOut': 'Se déconnecter',
  'page.questions': 'Des questions ?',
  'page.support': 'Assistance de {vendor} :',
  'page.footer': 'Chaque étape est enregistrée. Cette page ne charge rien depuis d’autres sites.',
  'page.language': 'Langue',
  'page.opensTab': '(ouvre un nouvel onglet)',
  'page.back': 'Retour',
  'page.backToPage': 'Retour à la page',
  'page.more': 'Plus',
  'page.allAccounts': 'Tous les comptes',
  'page.account': 'Compte {account}',

  'copy.copy': 'Copier',
  'copy.copied': 'Copié',
  'copy.showAll': 'Afficher les {count} lignes',
  'copy.command': 'Commande',
  'copy.commands': 'Commandes',
  'copy.link': 'Lien',
  'diff.removed': 'à supprimer :',
  'diff.added': 'à ajouter :',

  'time.justNow': 'à l’instant',
  'time.checked': 'Vérifié {time}',
  'time.started': 'Démarrée {time}.',

  'notice.unknown.title': 'Ce lien n’est pas valide',
  'notice.unknown.text':
    'Il a peut-être été tronqué lors de la copie. Ouvrez-le à nouveau depuis le message que vous avez reçu, ou demandez-en un nouveau à {vendor}.',
  'notice.expired.title': 'Ce lien a expiré',
  'notice.expired.text': 'Demandez-en un nouveau à {vendor}. Tout ce que vous avez fait est enregistré.',
  'notice.used.title': 'Ce lien a déjà été utilisé',
  'notice.used.text':
    'Un compte AWS a été connecté avec ce lien : il ne s’ouvre plus que dans le navigateur utilisé à ce moment-là. Pour consulter la connexion ou connecter un autre compte, demandez un nouveau lien à {vendor}.',
  'notice.revoked.title': 'Ce lien a été révoqué',
  'notice.revoked.text':
    '{vendor} l’a révoqué. Demandez-en un nouveau à {vendor} si vous en avez encore besoin.',
  'notice.suspended.title': 'Votre accès est suspendu',
  'notice.suspended.text':
    '{vendor} a suspendu l’accès de votre organisation : aucun compte ne peut être connecté pour le moment. Demandez à {vendor} ce qu’il faut faire.',
  'notice.offboarded.title': 'Votre accès a pris fin',
  'notice.offboarded.text':
    'L’accès de votre organisation à {vendor} a pris fin. Vous pouvez supprimer le rôle de votre compte AWS.',
  'notice.none.title': 'Ouvrez votre lien',
  'notice.none.text': 'Ouvrez dans ce navigateur le lien que {vendor} vous a envoyé.',
  'notice.ended.title': 'Votre session est terminée',
  'notice.ended.text':
    'Ouvrez à nouveau le lien que {vendor} vous a envoyé. S’il ne s’ouvre plus, demandez-en un nouveau à {vendor}. Tout ce que vous avez fait est enregistré.',
  'notice.left.title': 'Vous êtes déconnecté',
  'notice.left.text':
    'Pour revenir, ouvrez le lien que {vendor} vous a envoyé. S’il a déjà été utilisé, demandez-en un nouveau à {vendor}.',
  'notice.rate_limited.title': 'Ouvert trop souvent',
  'notice.rate_limited.text':
    'Ce lien a été ouvert de nombreuses fois en une minute. Patientez une minute, puis ouvrez-le à nouveau.',
  'notice.page_not_found.title': 'Page introuvable',
  'notice.page_not_found.text': 'Vérifiez l’adresse, ou ouvrez à nouveau votre lien.',

  'problem.failed': 'Une erreur est survenue',
  'problem.wait': 'Un instant, s’il vous plaît',
  'problem.notPossible': 'Cette opération est impossible',
  'problem.request': 'Requête <code>{id}</code>',
  'problem.not_found': 'Cet élément n’existe pas, ou il a été supprimé entre-temps.',
  'problem.conflict': 'La situation a changé entre-temps : rien n’a été fait. Rechargez la page.',
  'problem.tenant_not_active':
    '{vendor} a suspendu ou arrêté l’accès de votre organisation : rien n’a été fait. Demandez à {vendor} ce qu’il faut faire.',
  'problem.validation_failed':
    'Les données envoyées ne sont pas valides : rien n’a été fait. Rechargez la page.',
  'problem.body_too_large': 'Le texte est trop long. Envoyez-en moins à la fois.',
  'problem.rate_limited':
    'Trop de requêtes ont été envoyées durant la dernière minute. Patientez un instant, puis réessayez.',
  'problem.unavailable': 'Rien n’a été perdu. Réessayez dans une minute.',
  'problem.crossSite':
    'Cette requête ne provenait pas de la page elle-même : rien n’a été fait. Ouvrez à nouveau la page.',
  'problem.kitChanged':
    'Ce que {vendor} demande a changé depuis la création de ce lien. Demandez-en un nouveau à {vendor}.',
  'problem.partition':
    'Cette page ne permet pas de connecter {vendor} à des comptes de la partition AWS {partition}.',

  'colleague.title': 'Inviter un collègue',
  'colleague.text': 'Invitez un collègue. Son lien expire en même temps que le vôtre.',
  'colleague.create': 'Créer un lien',
  'colleague.created':
    'Envoyez ce lien à une personne à qui vous confiez votre compte AWS. Il expire le {time} et ne s’affiche qu’une seule fois.',

  'switch.title': 'Ce lien est destiné à quelqu’un d’autre',
  'switch.sameName': 'un autre client qui s’appelle aussi <b>{tenant}</b>',
  'switch.name': '<b>{tenant}</b>',
  'switch.opened': 'Le lien que vous avez ouvert est destiné à : {other}.',
  'switch.openedBeside':
    'Dans ce navigateur, la page est ouverte pour <b>{current}</b>. Le lien que vous venez d’ouvrir est destiné à : {other}.',
  'switch.warning':
    'Ne continuez que si vous travaillez pour ce client et attendiez ce lien : un rôle que vous y créez donne à {vendor} accès à votre compte AWS pour le compte de ce client.',
  'switch.stay': 'Rester avec {current}',
  'switch.doNotGoOn': 'Ne pas continuer',
  'switch.confirm': 'Passer à l’autre page',

  'script.failed': 'Une erreur est survenue. Rechargez la page.',
  'script.roleArn': 'Ceci est l’ARN d’un rôle.',
  'script.roleMeans': 'Rôle correspondant : {role}.',
  'script.linkCreated':
    'Envoyez ce lien à une personne à qui vous confiez votre compte AWS. Il ne s’affiche qu’une seule fois.',
  'script.checking': 'Vérification…',
  'script.verifying': 'Vérification de la connexion…',
  'script.asking': 'Interrogation d’AWS en cours.',
  'script.notFinished': 'La vérification n’est pas allée à son terme',
  'script.interrupted': 'La connexion a été interrompue. Relancez la vérification.',
  'script.retryNotAssumable':
    'Pour l’instant, AWS refuse l’accès. Un rôle nouveau ou modifié met quelques secondes, parfois une minute, à prendre effet partout.',
  'script.retryInconclusive': 'AWS n’a pas répondu à tous les contrôles.',
  'script.retryRateLimited':
    'De nombreuses vérifications ont eu lieu durant la dernière minute : la prochaine doit attendre.',
  'script.retrying': 'Cette page réessaie pendant deux minutes au maximum.',
  'script.nextTry': 'Prochain essai dans {seconds} s.',
  'script.stopWaiting': 'Ne plus attendre et afficher le résultat',
};
