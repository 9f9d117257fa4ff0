import type { TranslationOf } from '../../../lib/message.ts';
import type { setup as source } from '../en/setup.ts';

export const setup: TranslationOf<typeof source> = {
  'home.title': 'Connectez votre compte AWS à {vendor}',
  'home.titleAnother': 'Connecter un autre compte AWS',
  'home.lead':
    'Créez un rôle IAM, collez son ARN : tout est prêt en trois minutes environ. Ne continuez que si vous travaillez pour <b>{tenant}</b>.',
  'home.createRole': 'Créer le rôle',
  'home.verify': 'Vérifier la connexion',
  'home.ownTemplate': 'Votre propre modèle',
  'home.values': 'Valeurs pour votre propre modèle',
  'home.checkPolicy': 'Vérifier une politique d’approbation avant de l’enregistrer',
  'home.manyAccounts': 'Connecter plusieurs comptes à la fois',
  'home.role': 'ARN du rôle',
  'home.roleHint': 'ou l’ID de compte à 12 chiffres, si le rôle s’appelle <code>{role}</code>',
  'home.submit': 'Vérifier la connexion',
  'home.partition': 'Où se trouve votre compte ?',

  'setup.legend': 'Comment créer le rôle',
  'setup.minutes': '{count} min',
  'setup.launchStack': 'Lancer la pile',
  'setup.console': 'Console',
  'setup.download': 'Télécharger {file}',
  'setup.copyRoleArn': 'Copiez <code>RoleArn</code> depuis les <b>Sorties</b> de la pile.',

  'launchStack.open':
    'Connectez-vous au compte AWS que vous souhaitez connecter, puis ouvrez la pile préparée :',
  'launchStack.button': 'Lancer la pile',
  'launchStack.acknowledge':
    'Confirmez qu’elle crée un rôle IAM, puis choisissez <b>Créer une pile</b>. Ne modifiez rien d’autre.',
  'launchStack.copy':
    'Lorsque la pile est à l’état <code>CREATE_COMPLETE</code>, copiez <code>RoleArn</code> depuis ses <b>Sorties</b>.',

  'cloudFormation.upload':
    'Chargez-le dans {console} et conservez les valeurs par défaut, ou exécutez la commande ci-dessous.',
  'cloudFormation.template': 'Modèle',

  'terraform.run':
    'Exécutez <code>terraform init</code> et <code>terraform apply</code> avec des identifiants du compte que vous souhaitez connecter. OpenTofu fonctionne aussi.',
  'terraform.copy': 'Copiez <code>role_arn</code> depuis la sortie.',

  'cli.run':
    'Exécutez ceci dans un terminal avec des identifiants du compte que vous souhaitez connecter, ou dans son <b>CloudShell</b>. Copiez ensuite l’ARN du rôle depuis la dernière ligne.',
  'cli.sandbox':
    '<b>Bac à sable :</b> exécutez ceci dans n’importe quel terminal avec l’AWS CLI, puis copiez l’ARN du rôle depuis la dernière ligne. Le rôle est créé dans l’émulateur AWS, dans le compte {account} ; pour un autre compte, exécutez d’abord <code>{command}</code>.',
  'cli.existing':
    'Si le rôle existe déjà, l’ID externe est mis à jour, et toute autre différence s’affiche avant que le rôle ne soit modifié. {download}, à exécuter avec <code>{command}</code>.',
  'cli.asFile': 'Sous forme de fichier',

  'console.open':
    'Ouvrez {console}, choisissez <b>Politique d’approbation personnalisée</b> et collez ceci :',
  'console.createRole': '« Créer un rôle » dans la console IAM',
  'console.policies': 'Sélectionnez ces politiques d’autorisations : {policies}.',
  'console.noPolicy': 'Ne sélectionnez aucune politique d’autorisations, et choisissez <b>Suivant</b>.',
  'console.name':
    'Donnez au rôle exactement le nom <code>{role}</code>, puis choisissez <b>Créer un rôle</b>.',
  'console.inlinePolicy':
    'Dans le nouveau rôle, choisissez <b>Ajouter des autorisations</b>, <b>Créer une politique en ligne</b>, <b>JSON</b>, et collez ceci. Nommez-la <code>{name}</code>.',
  'console.copy': 'Copiez l’ARN affiché en haut de la page du rôle.',
  'console.trustPolicy': 'Politique d’approbation',
  'console.permissionsPolicy': 'Politique d’autorisations',

  'sandbox.note':
    '<b>Bac à sable :</b> voici ce que voient vos clients. Ici, il n’y a ni console ni CloudFormation : pour essayer, choisissez <b>AWS CLI</b>.',
  'sandbox.createCommand': 'Commande qui crée le rôle',
  'sandbox.createByHand': 'Créer un rôle avec une politique d’approbation modifiable',

  'permissions.title': 'Ce que {vendor} peut faire',
  'permissions.read': 'Lire',
  'permissions.change': 'Modifier',
  'permissions.denied': 'Refusé',
  'permissions.policy': 'Politique',
  'permissions.sessions': {
    one: 'Lors de sessions d’une heure au maximum, que votre CloudTrail enregistre. Le rôle vous appartient : vous pouvez le restreindre ou le supprimer à tout moment.',
    other:
      'Lors de sessions de {count} heures au maximum, que votre CloudTrail enregistre. Le rôle vous appartient : vous pouvez le restreindre ou le supprimer à tout moment.',
  },
  'permissions.none':
    'Rien pour l’instant : le rôle n’a aucune autorisation. Il prouve seulement que {vendor} peut l’endosser.',

  'safety.title': 'Pourquoi est-ce sûr ?',
  'safety.problem':
    '{vendor} travaille pour de nombreux clients depuis un seul compte AWS. Si votre rôle faisait confiance à ce compte sans autre condition, un autre client pourrait indiquer l’ARN de votre rôle à {vendor} et accéder à vos données (problème du « confused deputy », l’adjoint confus).',
  'safety.externalId':
    'C’est pourquoi votre rôle exige aussi un ID externe attribué uniquement à <b>{tenant}</b>. Personne ne peut le choisir, pas même {vendor}. Les contrôles de sécurité prouvent que votre rôle n’en accepte aucun autre. Ce n’est pas un secret.',
  'safety.noPassword': '{vendor} ne reçoit ni mot de passe ni clé permanente.',

  'values.externalId': 'ID externe',
  'values.currentExternalId': 'ID externe actuel',
  'values.nextExternalId': 'Prochain ID externe',
  'values.vendorAccount': 'Compte AWS de {vendor}',
  'values.roleName': 'Nom du rôle',
  'values.rotation':
    'L’ID externe est en cours de remplacement. D’ici là, le rôle doit accepter les deux ; c’est le cas avec chaque méthode de configuration ci-dessus.',

  'many.title': 'Connecter plusieurs comptes',
  'many.lead': 'Créez le même rôle dans tous les comptes de votre organisation AWS, puis collez leurs ID.',
  'many.createRole': 'Créer le rôle dans tous les comptes',
  'many.stackSet':
    'Utilisez un ensemble de piles CloudFormation (StackSet) dans une Région du compte de gestion de votre organisation ou d’un administrateur délégué. Remplacez <code>OU_ID</code> par une unité d’organisation (<code>ou-…</code>) ou par la racine (<code>r-…</code>), et <code>REGION</code> par une Région.',
  'many.managementAccount':
    'AWS ne déploie pas d’ensemble de piles dans le compte de gestion lui-même. Pour connecter aussi ce compte, {link}.',
  'many.connectAlone': 'connectez-le séparément',
  'many.verify': 'Vérifier les connexions',
  'many.ids': 'ID de compte',
  'many.idsHint': '500 au maximum ; le rôle s’y appelle <code>{role}</code>',
  'many.help':
    'Collez une liste, un CSV ou le JSON de « aws organizations list-accounts ». Les ID à 12 chiffres sont utilisés.',
  'many.submit': 'Vérifier les connexions',
  'many.verifyAll': 'Vérifier tous les comptes non connectés',
  'many.empty': 'Saisissez au moins un ID de compte ; il comporte 12 chiffres.',
  'many.tooMany': 'Cela fait {count} comptes. Saisissez-en {max} au maximum à la fois.',
  'many.yourList': 'Votre liste',
  'many.counts': 'Ajoutés : {added}. Déjà connus : {known}. Rejetés : {rejected}.',
  'many.rejected': 'Rejeté',
  'many.leftOut': {
    one: 'Une vérification était déjà en cours. Lorsqu’elle sera terminée, relancez-en une ci-dessous pour le compte qu’elle ne comprend pas.',
    other:
      'Une vérification était déjà en cours. Lorsqu’elle sera terminée, relancez-en une ci-dessous pour les {count} comptes qu’elle ne comprend pas.',
  },
  'run.title': 'Vérification',
  'run.allConnected': 'Tous les comptes sont connectés',
  'run.progress': '{done} sur {total} vérifiés, {verified} connectés.',
  'run.continues': 'Elle se poursuit si vous fermez cette page.',
  'run.continuesIn': 'Elle reprend dans {seconds} s.',
  'run.finished': 'Terminé.',
  'run.refresh': 'Afficher la progression actuelle',
  'run.noAnswer': 'Pas de réponse',
  'run.skipped': 'Ignoré',
  'run.waiting': 'En attente',
};
