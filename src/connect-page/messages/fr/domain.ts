import type { TranslationOf } from '../../../lib/message.ts';
import type { domain as source } from '../en/domain.ts';

export const domain: TranslationOf<typeof source> = {
  'verification.verified':
    'AWS a autorisé l’accès au rôle {role} avec votre ID externe, et l’a refusé sans ID externe, avec un autre, avec le vôtre en majuscules et avec le vôtre suivi d’autres caractères.',
  'verification.ready': 'Le rôle est prêt à l’emploi.',
  'verification.attributesAllowed':
    'Il autorise aussi les attributs suivants, que le profil d’accès « {profile} » utilise : {attributes}. Le rôle est prêt à l’emploi.',
  'verification.attributesDenied':
    'Mais AWS a refusé les sessions avec {attributes}, que le profil d’accès « {profile} » utilise pour indiquer dans vos journaux CloudTrail qui a travaillé dans votre compte. Le rôle ne peut pas être utilisé avec ce profil tant qu’il ne les autorise pas.',
  'verification.attributesUnknown':
    'AWS n’a pas indiqué si le rôle autorise les balises de session ou l’identité source du profil d’accès « {profile} ».',
  'verification.sourceIdentityFixed':
    'Mais le profil d’accès « {profile} » ne peut pas être utilisé : la session de {vendor} dans AWS a une identité source, et AWS ne permet pas au profil de la remplacer. Votre rôle n’est pas en cause.',
  'verification.notEnforced':
    'La politique d’approbation du rôle n’exige pas votre ID externe : AWS a aussi autorisé l’accès au rôle {role} {probes}. Quelqu’un d’autre pourrait utiliser le rôle par l’intermédiaire de {vendor} : il n’est donc pas utilisé. Les identifiants issus de cette vérification ont été supprimés aussitôt.',
  'verification.notAssumable':
    'AWS a refusé l’accès au rôle {role} avec votre ID externe {ids}. AWS donne la même réponse si le rôle n’existe pas, ne fait pas confiance au compte de {vendor} ou exige un autre ID externe.',
  'verification.inconclusive': 'On ne sait pas si le rôle {role} est sûr.',

  'failure.broker_failing':
    'L’identité AWS de ce service ne fonctionne pas pour le moment : le rôle n’a pas pu être testé. Ni votre rôle ni votre compte ne sont en cause.',
  'failure.clock_wrong':
    'AWS a rejeté les appels parce que l’horloge de ce service n’est pas à l’heure : le rôle n’a pas pu être testé. Ni votre rôle ni votre compte ne sont en cause.',
  'failure.throttled': 'AWS limite les appels de ce service : le rôle n’a pas pu être testé entièrement.',
  'failure.budget_exhausted':
    'Ce service a envoyé à AWS autant d’appels qu’il s’autorise pour le moment : le rôle n’a pas pu être testé entièrement.',
  'failure.region_disabled':
    'Votre compte n’a pas activé la Région AWS dans laquelle ce service appelle AWS STS : le rôle n’a pas pu être testé.',
  'failure.unavailable': 'AWS n’a pas répondu à tous les appels : le rôle n’a pas pu être testé entièrement.',

  'cause.missing':
    'Une instruction n’a aucune condition sur sts:ExternalId, ou en a une qui est aussi vraie si aucun ID externe n’est envoyé (un opérateur se terminant par IfExists, ForAllValues:, StringNotEquals, Null). Utilisez StringEquals.',
  'cause.wrong':
    'La condition correspond à d’autres ID externes : StringLike avec « * », une variable de politique ou Null. Utilisez StringEquals avec votre ID externe.',
  'cause.case_changed':
    'La condition ne tient pas compte de la casse (StringEqualsIgnoreCase). Utilisez StringEquals.',
  'cause.extended':
    'La condition correspond à un modèle, par exemple StringLike avec « * » ou « ? ». Utilisez StringEquals avec exactement votre ID externe.',

  'step.condition':
    'Dans chaque instruction de la politique d’approbation du rôle qui autorise le compte de {vendor}, utilisez exactement cette condition : {condition}.',
  'step.verifyAgain':
    'Vérifiez ensuite à nouveau. Une modification dans IAM peut mettre une minute à prendre effet.',
  'step.nothingToChange': 'Vérifiez à nouveau dans un instant. Vous n’avez pas besoin de modifier le rôle.',
  'step.enableRegion':
    'Activez STS dans cette Région (console IAM, Paramètres du compte), ou demandez à {vendor} d’appeler STS dans une autre Région.',
  'step.thenVerify': 'Vérifiez ensuite à nouveau.',
  'step.replaceLegacyId':
    'Si la politique d’approbation de ce rôle contient encore l’ID externe utilisé auparavant, remplacez-le par {ids} : seul cet ID est désormais utilisé pour vous.',
  'step.roleExists': 'Vérifiez que le rôle {role} existe, avec exactement ce compte, ce chemin et ce nom.',
  'step.policyFromKit':
    'Vérifiez que sa politique d’approbation est celle de vos instructions de configuration : le compte de {vendor} comme principal, l’action sts:AssumeRole, et sts:ExternalId égal à {ids}.',
  'step.allowAction':
    'Vérifiez que sa politique d’approbation autorise aussi l’action {action}, comme celle de vos instructions de configuration. La session de {vendor} dans AWS comporte {attribute}, ce qu’AWS transmet à votre rôle ; sans cette action, AWS refuse l’accès même avec le bon ID externe.',
  'step.bothIds':
    'Votre ID externe est en cours de remplacement : la politique d’approbation peut contenir les deux ID externes, comme celle de vos instructions de configuration.',
  'step.wait': 'Si vous venez de créer ou de modifier le rôle, patientez une minute et vérifiez à nouveau.',
  'step.serviceControlPolicies':
    'Si votre organisation a des politiques de contrôle des services (SCP), vérifiez qu’aucune ne refuse sts:AssumeRole.',
  'step.addActions':
    'Dans l’instruction de la politique d’approbation du rôle qui autorise le compte de {vendor}, ajoutez {actions} à côté de sts:AssumeRole, comme dans les instructions de configuration du profil d’accès « {profile} ».',
  'step.turnOffSourceIdentity':
    'Demandez à {vendor} de désactiver l’identité source du profil d’accès « {profile} ». Vous n’avez pas besoin de modifier le rôle.',

  'term.missing': 'sans ID externe',
  'term.wrong': 'avec un autre ID externe',
  'term.case_changed': 'avec votre ID externe en majuscules',
  'term.extended': 'avec votre ID externe suivi d’autres caractères',
  'term.sessionTags': 'des balises de session',
  'term.sourceIdentity': 'une identité source',
  'term.oneId': '« {first} »',
  'term.twoIds': '« {first} » ou « {second} »',

  'role.empty': 'Saisissez l’ARN du rôle, ou l’ID à 12 chiffres de son compte AWS.',
  'role.quotes': 'Cet ARN est entouré de guillemets. Envoyez-le sans guillemets.',
  'role.space': 'Cet ARN contient une espace. Copiez-le à nouveau d’un seul tenant.',
  'role.isAccountId':
    'Ceci est l’ID d’un compte. Envoyez l’ARN du rôle, par exemple arn:aws:iam::{account}:role/Name.',
  'role.accountIdLength': 'Un ID de compte AWS comporte 12 chiffres ; celui-ci en a {length}.',
  'role.accountIdCharacters': 'Un ID de compte AWS comporte 12 chiffres et aucun autre caractère.',
  'role.beginning': 'Le début d’un ARN est en minuscules, jusqu’au nom du rôle : arn:aws:iam::…',
  'role.isName':
    'Ceci ressemble au nom d’un rôle. Saisissez l’ARN du rôle, par exemple arn:aws:iam::111122223333:role/{name}, ou l’ID de compte à 12 chiffres.',
  'role.notAnArn':
    'Ceci n’est pas un ARN. L’ARN d’un rôle ressemble à arn:aws:iam::111122223333:role/Name ; la console IAM l’affiche sur la page du rôle.',
  'role.malformed':
    'Ceci n’est pas un ARN de rôle valide. Copiez-le à nouveau depuis la page du rôle dans la console IAM.',
  'role.unknownPartition':
    '« arn:{partition}: » n’est pas le début d’un ARN AWS. Copiez à nouveau l’ARN entier.',
  'role.noService': 'Cet ARN n’indique aucun service. Saisissez l’ARN d’un rôle IAM.',
  'role.otherService': 'Cet ARN appartient au service « {service} ». Saisissez l’ARN d’un rôle IAM.',
  'role.region': 'Un ARN IAM n’a pas de Région : le compte suit deux signes deux-points.',
  'role.noAccount':
    'Un ID de compte AWS comporte 12 chiffres ; cet ARN n’en contient pas. Copiez à nouveau l’ARN entier.',
  'role.accountLengthInArn':
    'Un ID de compte AWS comporte 12 chiffres ; celui de cet ARN en a {length}. Copiez à nouveau l’ARN entier.',
  'role.accountInArn':
    'Un ID de compte AWS comporte 12 chiffres ; « {account} » n’est pas un ID de compte. Copiez à nouveau l’ARN entier.',
  'role.noName': 'Cet ARN s’arrête avant le nom du rôle. Copiez à nouveau l’ARN entier.',
  'role.isPolicy': 'Ceci est l’ARN d’une politique. L’ARN du rôle contient :role/.',
  'role.path': 'Le chemin de cet ARN contient « // ». Copiez à nouveau l’ARN.',
  'role.nameCharacter':
    'Le nom d’un rôle ne peut pas contenir « {character} ». Copiez à nouveau l’ARN depuis la page du rôle dans la console IAM.',
  'role.nameLength':
    'Le nom d’un rôle comporte au maximum 64 caractères ; celui-ci en a {length}. Copiez à nouveau l’ARN.',
  'role.ownAccount':
    'Ce rôle se trouve dans un compte AWS de {vendor}. Saisissez l’ARN du rôle créé dans le compte à connecter.',
  'role.serviceLinked':
    'Ceci est un rôle lié à un service, qui appartient à un service AWS. Créez un rôle distinct.',
  'role.sso': 'Ce rôle appartient à AWS IAM Identity Center (SSO). Créez un rôle distinct.',
  'role.partition':
    'Ce rôle se trouve dans la partition AWS {partition}, mais {vendor} travaille dans : {partitions}. Un rôle ne peut pas être endossé d’une partition AWS à une autre.',
  'role.session':
    'Ceci est l’ARN d’une session de rôle, et non celui du rôle lui-même. Saisissez l’ARN d’un rôle, par exemple arn:aws:iam::111122223333:role/Name.',
  'role.root':
    'Ceci est l’ARN de l’utilisateur racine d’un compte, et non celui d’un rôle. Saisissez l’ARN d’un rôle, par exemple arn:aws:iam::111122223333:role/Name.',
  'role.instanceProfile':
    'Ceci est l’ARN d’un profil d’instance ; son rôle a son propre ARN. Saisissez l’ARN d’un rôle, par exemple arn:aws:iam::111122223333:role/Name.',
  'role.otherKind':
    'Cet ARN est de type « {kind} » et n’est pas un rôle. Saisissez l’ARN d’un rôle, par exemple arn:aws:iam::111122223333:role/Name.',
  'role.duplicate':
    'Ce compte figure plusieurs fois dans la liste. Voyez le résultat de sa première occurrence.',
  'role.notAnAccountId': 'Ceci n’est pas un ID de compte AWS, qui comporte 12 chiffres.',

  'permission.none': 'Aucune autorisation',
  'permission.awsManagedPolicy': 'Politique gérée par AWS {name}',
  'permission.managedPolicy': 'Politique gérée {name} du compte {account}',
  'permission.notUnderstood': 'Instruction {number} de la politique en ligne : voir la politique elle-même',
  'permission.denied': 'Refusé : {permission}',
  'permission.statement': '{service} : {actions} sur {resources}',
  'permission.statementWithConditions':
    '{service} : {actions} sur {resources}, sous conditions portant sur {conditionKeys}',
  'permission.allServices': 'Tous les services AWS',
  'permission.allActions': 'toutes les actions',
  'permission.allActionsExcept': 'toutes les actions sauf {actions}',
  'permission.allResources': 'toutes les ressources',
  'permission.allResourcesExcept': 'toutes les ressources sauf {resources}',
};
