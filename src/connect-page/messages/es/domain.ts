import type { TranslationOf } from '../../../lib/message.ts';
import type { domain as source } from '../en/domain.ts';

export const domain: TranslationOf<typeof source> = {
  'verification.verified':
    'AWS permitió el acceso al rol {role} con su ID externo y lo denegó sin ID externo, con otro, con el suyo en mayúsculas y con el suyo seguido de otros caracteres.',
  'verification.ready': 'El rol está listo para usarse.',
  'verification.attributesAllowed':
    'También permite {attributes}, que el perfil de acceso «{profile}» utiliza. El rol está listo para usarse.',
  'verification.attributesDenied':
    'Sin embargo, AWS denegó las sesiones con {attributes}, que el perfil de acceso «{profile}» utiliza para mostrar en sus registros de CloudTrail quién trabajó en su cuenta. El rol no se puede usar con este perfil hasta que las permita.',
  'verification.attributesUnknown':
    'AWS no respondió si el rol permite las etiquetas de sesión o la identidad de origen del perfil de acceso «{profile}».',
  'verification.sourceIdentityFixed':
    'Sin embargo, el perfil de acceso «{profile}» no se puede usar: la sesión de {vendor} en AWS tiene una identidad de origen, y AWS no permite que el perfil la sustituya. No se debe a su rol.',
  'verification.notEnforced':
    'La política de confianza del rol no exige su ID externo: AWS también permitió el acceso al rol {role} {probes}. Otra persona podría usar el rol a través de {vendor}, por lo que no se usa. Las credenciales de esta verificación se descartaron de inmediato.',
  'verification.notAssumable':
    'AWS denegó el acceso al rol {role} con su ID externo {ids}. AWS da la misma respuesta si el rol no existe, no confía en la cuenta de {vendor} o exige otro ID externo.',
  'verification.inconclusive': 'No se sabe si el rol {role} es seguro.',

  'failure.broker_failing':
    'La identidad de AWS de este servicio no funciona en este momento, por lo que no se pudo probar el rol. No se debe a su rol ni a su cuenta.',
  'failure.clock_wrong':
    'AWS rechazó las llamadas porque el reloj de este servicio no va bien, por lo que no se pudo probar el rol. No se debe a su rol ni a su cuenta.',
  'failure.throttled':
    'AWS está limitando las llamadas de este servicio, por lo que el rol no se pudo probar por completo.',
  'failure.budget_exhausted':
    'Este servicio ha hecho tantas llamadas a AWS como se permite en este momento, por lo que el rol no se pudo probar por completo.',
  'failure.region_disabled':
    'Su cuenta no tiene activada la región de AWS en la que este servicio llama a AWS STS, por lo que no se pudo probar el rol.',
  'failure.unavailable':
    'AWS no respondió a todas las llamadas, por lo que el rol no se pudo probar por completo.',

  'cause.missing':
    'Una instrucción no tiene ninguna condición sobre sts:ExternalId, o tiene una que también se cumple si no se envía ningún ID externo (un operador que termina en IfExists, ForAllValues:, StringNotEquals, Null). Use StringEquals.',
  'cause.wrong':
    'La condición coincide con otros ID externos: StringLike con «*», una variable de política o Null. Use StringEquals con su ID externo.',
  'cause.case_changed':
    'La condición no distingue mayúsculas y minúsculas (StringEqualsIgnoreCase). Use StringEquals.',
  'cause.extended':
    'La condición coincide con un patrón, como StringLike con «*» o «?». Use StringEquals con exactamente su ID externo.',

  'step.condition':
    'En cada instrucción de la política de confianza del rol que permite el acceso a la cuenta de {vendor}, use exactamente esta condición: {condition}.',
  'step.verifyAgain':
    'Después, verifique de nuevo. Un cambio en IAM puede tardar un minuto en surtir efecto.',
  'step.nothingToChange': 'Verifique de nuevo dentro de un momento. No necesita cambiar el rol.',
  'step.enableRegion':
    'Active STS en esa región (consola de IAM, Configuración de la cuenta) o pida a {vendor} que llame a STS en otra región.',
  'step.thenVerify': 'Después, verifique de nuevo.',
  'step.replaceLegacyId':
    'Si la política de confianza de este rol todavía tiene el ID externo que se usaba antes, sustitúyalo por {ids}: a partir de ahora solo se usa este para usted.',
  'step.roleExists': 'Compruebe que el rol {role} existe, con exactamente esta cuenta, ruta y nombre.',
  'step.policyFromKit':
    'Compruebe que su política de confianza es la de sus instrucciones de configuración: la cuenta de {vendor} como entidad principal, la acción sts:AssumeRole y sts:ExternalId igual a {ids}.',
  'step.allowAction':
    'Compruebe que su política de confianza también permite la acción {action}, como la de sus instrucciones de configuración. La sesión de {vendor} en AWS tiene {attribute}, lo que AWS traslada a su rol; sin esta acción, AWS deniega el acceso incluso con el ID externo correcto.',
  'step.bothIds':
    'Su ID externo se está sustituyendo: la política de confianza puede incluir ambos ID externos, como la de sus instrucciones de configuración.',
  'step.wait': 'Si acaba de crear o cambiar el rol, espere un minuto y verifique de nuevo.',
  'step.serviceControlPolicies':
    'Si su organización tiene políticas de control de servicios (SCP), compruebe que ninguna deniega sts:AssumeRole.',
  'step.addActions':
    'En la instrucción de la política de confianza del rol que permite el acceso a la cuenta de {vendor}, agregue {actions} junto a sts:AssumeRole, como en las instrucciones de configuración del perfil de acceso «{profile}».',
  'step.turnOffSourceIdentity':
    'Pida a {vendor} que desactive la identidad de origen del perfil de acceso «{profile}». No necesita cambiar el rol.',

  'term.missing': 'sin ID externo',
  'term.wrong': 'con otro ID externo',
  'term.case_changed': 'con su ID externo en mayúsculas',
  'term.extended': 'con su ID externo seguido de otros caracteres',
  'term.sessionTags': 'etiquetas de sesión',
  'term.sourceIdentity': 'una identidad de origen',
  'term.oneId': '«{first}»',
  'term.twoIds': '«{first}» o «{second}»',

  'role.empty': 'Introduzca el ARN del rol o el ID de 12 dígitos de su cuenta de AWS.',
  'role.quotes': 'Este ARN está entre comillas. Envíelo sin ellas.',
  'role.space': 'Este ARN contiene un espacio. Cópielo de nuevo de una sola vez.',
  'role.isAccountId':
    'Este es el ID de una cuenta. Envíe el ARN del rol, como arn:aws:iam::{account}:role/Name.',
  'role.accountIdLength': 'Un ID de cuenta de AWS tiene 12 dígitos; este tiene {length}.',
  'role.accountIdCharacters': 'Un ID de cuenta de AWS tiene 12 dígitos y ningún otro carácter.',
  'role.beginning': 'El principio de un ARN se escribe en minúsculas hasta el nombre del rol: arn:aws:iam::…',
  'role.isName':
    'Parece el nombre de un rol. Introduzca el ARN del rol, como arn:aws:iam::111122223333:role/{name}, o el ID de cuenta de 12 dígitos.',
  'role.notAnArn':
    'Esto no es un ARN. El ARN de un rol es como arn:aws:iam::111122223333:role/Name; la consola de IAM lo muestra en la página del rol.',
  'role.malformed':
    'Este no es un ARN de rol válido. Cópielo de nuevo de la página del rol en la consola de IAM.',
  'role.unknownPartition':
    '«arn:{partition}:» no es el principio de un ARN de AWS. Copie de nuevo el ARN completo.',
  'role.noService': 'Este ARN no indica ningún servicio. Introduzca el ARN de un rol de IAM.',
  'role.otherService': 'Este ARN pertenece al servicio «{service}». Introduzca el ARN de un rol de IAM.',
  'role.region':
    'Un ARN de IAM no tiene región: la cuenta aparece después de dos signos de dos puntos seguidos.',
  'role.noAccount':
    'Un ID de cuenta de AWS tiene 12 dígitos; este ARN no contiene ninguno. Copie de nuevo el ARN completo.',
  'role.accountLengthInArn':
    'Un ID de cuenta de AWS tiene 12 dígitos; el de este ARN tiene {length}. Copie de nuevo el ARN completo.',
  'role.accountInArn':
    'Un ID de cuenta de AWS tiene 12 dígitos; «{account}» no es un ID de cuenta. Copie de nuevo el ARN completo.',
  'role.noName': 'Este ARN termina antes del nombre del rol. Copie de nuevo el ARN completo.',
  'role.isPolicy': 'Este es el ARN de una política. El ARN del rol contiene :role/.',
  'role.path': 'La ruta de este ARN contiene «//». Copie de nuevo el ARN.',
  'role.nameCharacter':
    'El nombre de un rol no puede contener «{character}». Copie de nuevo el ARN de la página del rol en la consola de IAM.',
  'role.nameLength':
    'El nombre de un rol tiene como máximo 64 caracteres; este tiene {length}. Copie de nuevo el ARN.',
  'role.ownAccount':
    'Este rol está en una cuenta de AWS de {vendor}. Introduzca el ARN del rol que se creó en la cuenta que desea conectar.',
  'role.serviceLinked':
    'Este es un rol vinculado a un servicio, que pertenece a un servicio de AWS. Cree un rol aparte.',
  'role.sso': 'Este rol pertenece a AWS IAM Identity Center (SSO). Cree un rol aparte.',
  'role.partition':
    'Este rol está en la partición de AWS {partition}, pero {vendor} trabaja en {partitions}. Los roles no se pueden asumir entre particiones de AWS.',
  'role.session':
    'Este es el ARN de una sesión de un rol, no el del propio rol. Introduzca el ARN de un rol, como arn:aws:iam::111122223333:role/Name.',
  'role.root':
    'Este es el ARN del usuario raíz de una cuenta, no el de un rol. Introduzca el ARN de un rol, como arn:aws:iam::111122223333:role/Name.',
  'role.instanceProfile':
    'Este es el ARN de un perfil de instancia; su rol tiene un ARN propio. Introduzca el ARN de un rol, como arn:aws:iam::111122223333:role/Name.',
  'role.otherKind':
    'Este ARN es de tipo «{kind}» y no es un rol. Introduzca el ARN de un rol, como arn:aws:iam::111122223333:role/Name.',
  'role.duplicate': 'Esta cuenta aparece más de una vez en la lista. Consulte el resultado de la primera.',
  'role.notAnAccountId': 'Esto no es un ID de cuenta de AWS, que tiene 12 dígitos.',

  'permission.none': 'Sin permisos',
  'permission.awsManagedPolicy': 'Política administrada por AWS {name}',
  'permission.managedPolicy': 'Política administrada {name} de la cuenta {account}',
  'permission.notUnderstood': 'Instrucción {number} de la política insertada: consulte la propia política',
  'permission.denied': 'Denegado: {permission}',
  'permission.statement': '{service}: {actions} en {resources}',
  'permission.statementWithConditions':
    '{service}: {actions} en {resources}, con condiciones sobre {conditionKeys}',
  'permission.allServices': 'Todos los servicios de AWS',
  'permission.allActions': 'todas las acciones',
  'permission.allActionsExcept': 'todas las acciones excepto {actions}',
  'permission.allResources': 'todos los recursos',
  'permission.allResourcesExcept': 'todos los recursos excepto {resources}',
};
