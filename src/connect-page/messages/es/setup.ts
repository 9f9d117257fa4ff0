import type { TranslationOf } from '../../../lib/message.ts';
import type { setup as source } from '../en/setup.ts';

export const setup: TranslationOf<typeof source> = {
  'home.title': 'Conecte su cuenta de AWS a {vendor}',
  'home.titleAnother': 'Conectar otra cuenta de AWS',
  'home.lead':
    'Cree un rol de IAM, pegue su ARN y habrá terminado en unos tres minutos. Continúe solo si trabaja para <b>{tenant}</b>.',
  'home.createRole': 'Crear el rol',
  'home.verify': 'Verificar la conexión',
  'home.ownTemplate': 'Su propia plantilla',
  'home.values': 'Valores para su propia plantilla',
  'home.checkPolicy': 'Comprobar una política de confianza antes de guardarla',
  'home.manyAccounts': 'Conectar muchas cuentas a la vez',
  'home.role': 'ARN del rol',
  'home.roleHint': 'o el ID de cuenta de 12 dígitos, si el rol se llama <code>{role}</code>',
  'home.submit': 'Verificar la conexión',
  'home.partition': '¿Dónde está su cuenta?',

  'setup.legend': 'Cómo crear el rol',
  'setup.minutes': '{count} min',
  'setup.launchStack': 'Lanzar la pila',
  'setup.console': 'Consola',
  'setup.download': 'Descargar {file}',
  'setup.copyRoleArn': 'Copie <code>RoleArn</code> de las <b>Salidas</b> de la pila.',

  'launchStack.open': 'Inicie sesión en la cuenta de AWS que desea conectar y abra la pila preparada:',
  'launchStack.button': 'Lanzar la pila',
  'launchStack.acknowledge': 'Confirme que crea un rol de IAM y elija <b>Crear pila</b>. No cambie nada más.',
  'launchStack.copy':
    'Cuando la pila esté en <code>CREATE_COMPLETE</code>, copie <code>RoleArn</code> de sus <b>Salidas</b>.',

  'cloudFormation.upload':
    'Cárguela en {console} y conserve los valores predeterminados, o ejecute el siguiente comando.',
  'cloudFormation.template': 'Plantilla',

  'terraform.run':
    'Ejecute <code>terraform init</code> y <code>terraform apply</code> con credenciales de la cuenta que desea conectar. OpenTofu también funciona.',
  'terraform.copy': 'Copie <code>role_arn</code> de la salida.',

  'cli.run':
    'Ejecute esto en un terminal con credenciales de la cuenta que desea conectar, o en su <b>CloudShell</b>. Después, copie el ARN del rol de la última línea.',
  'cli.sandbox':
    '<b>Entorno de pruebas:</b> ejecute esto en cualquier terminal con la AWS CLI y copie el ARN del rol de la última línea. El rol se crea en el emulador de AWS, en la cuenta {account}; para otra cuenta, ejecute antes <code>{command}</code>.',
  'cli.existing':
    'Si el rol ya existe, se actualiza el ID externo, y cualquier otra diferencia se muestra antes de cambiar el rol. {download}, para ejecutarlo con <code>{command}</code>.',
  'cli.asFile': 'Como archivo',

  'console.open': 'Abra {console}, elija <b>Política de confianza personalizada</b> y pegue lo siguiente:',
  'console.createRole': '«Crear rol» en la consola de IAM',
  'console.policies': 'Seleccione estas políticas de permisos: {policies}.',
  'console.noPolicy': 'No seleccione ninguna política de permisos y elija <b>Siguiente</b>.',
  'console.name': 'Asigne al rol exactamente el nombre <code>{role}</code> y elija <b>Crear rol</b>.',
  'console.inlinePolicy':
    'En el rol nuevo, elija <b>Agregar permisos</b>, <b>Crear política insertada</b>, <b>JSON</b> y pegue lo siguiente. Asígnele el nombre <code>{name}</code>.',
  'console.copy': 'Copie el ARN que aparece en la parte superior de la página del rol.',
  'console.trustPolicy': 'Política de confianza',
  'console.permissionsPolicy': 'Política de permisos',

  'sandbox.note':
    '<b>Entorno de pruebas:</b> esto es lo que ven sus clientes. Aquí no hay consola ni CloudFormation: para probar, elija <b>AWS CLI</b>.',
  'sandbox.createCommand': 'Comando que crea el rol',
  'sandbox.createByHand': 'Crear un rol con una política de confianza que pueda modificar',

  'permissions.title': 'Qué puede hacer {vendor}',
  'permissions.read': 'Leer',
  'permissions.change': 'Cambiar',
  'permissions.denied': 'Denegado',
  'permissions.policy': 'Política',
  'permissions.sessions': {
    one: 'En sesiones de una hora como máximo, que su CloudTrail registra. El rol es suyo: puede restringirlo o eliminarlo en cualquier momento.',
    other:
      'En sesiones de {count} horas como máximo, que su CloudTrail registra. El rol es suyo: puede restringirlo o eliminarlo en cualquier momento.',
  },
  'permissions.none': 'Nada todavía: el rol no tiene permisos. Solo demuestra que {vendor} puede asumirlo.',

  'safety.title': '¿Por qué es seguro?',
  'safety.problem':
    '{vendor} trabaja para muchos clientes desde una sola cuenta de AWS. Si su rol confiara en esa cuenta sin más, otro cliente podría indicar a {vendor} el ARN de su rol y llegar a sus datos (el problema del «suplente confuso»).',
  'safety.externalId':
    'Por eso su rol exige además un ID externo que se emitió solo para <b>{tenant}</b>. Nadie puede elegirlo, tampoco {vendor}. Las comprobaciones de seguridad demuestran que su rol no acepta ningún otro. No es un secreto.',
  'safety.noPassword': '{vendor} no recibe ninguna contraseña ni clave permanente.',

  'values.externalId': 'ID externo',
  'values.currentExternalId': 'ID externo actual',
  'values.nextExternalId': 'Próximo ID externo',
  'values.vendorAccount': 'Cuenta de AWS de {vendor}',
  'values.roleName': 'Nombre del rol',
  'values.rotation':
    'El ID externo se está sustituyendo. Hasta que termine, el rol debe aceptar ambos; así lo hace cada método de configuración anterior.',

  'many.title': 'Conectar muchas cuentas',
  'many.lead': 'Cree el mismo rol en todas las cuentas de su organización de AWS y pegue después sus ID.',
  'many.createRole': 'Crear el rol en todas las cuentas',
  'many.stackSet':
    'Use un conjunto de pilas de CloudFormation (StackSet) en una región de la cuenta de administración de su organización o de un administrador delegado. Sustituya <code>OU_ID</code> por una unidad organizativa (<code>ou-…</code>) o por la raíz (<code>r-…</code>), y <code>REGION</code> por una región.',
  'many.managementAccount':
    'AWS no implementa conjuntos de pilas en la propia cuenta de administración. Para conectar también esa cuenta, {link}.',
  'many.connectAlone': 'conéctela por separado',
  'many.verify': 'Verificar las conexiones',
  'many.ids': 'ID de cuenta',
  'many.idsHint': 'hasta 500; en ellas el rol se llama <code>{role}</code>',
  'many.help':
    'Pegue una lista, un CSV o el JSON de «aws organizations list-accounts». Se usan los ID de 12 dígitos.',
  'many.submit': 'Verificar las conexiones',
  'many.verifyAll': 'Verificar todas las que no están conectadas',
  'many.empty': 'Introduzca al menos un ID de cuenta; tiene 12 dígitos.',
  'many.tooMany': 'Son {count} cuentas. Introduzca como máximo {max} a la vez.',
  'many.yourList': 'Su lista',
  'many.counts': 'Agregadas: {added}. Ya conocidas: {known}. Rechazadas: {rejected}.',
  'many.rejected': 'Rechazada',
  'many.leftOut': {
    one: 'Ya había una verificación en curso. Cuando termine, verifique de nuevo más abajo la cuenta que no incluye.',
    other:
      'Ya había una verificación en curso. Cuando termine, verifique de nuevo más abajo las {count} cuentas que no incluye.',
  },
  'run.title': 'Verificación',
  'run.allConnected': 'Todas las cuentas están conectadas',
  'run.progress': '{done} de {total} comprobadas, {verified} conectadas.',
  'run.continues': 'Continúa aunque cierre esta página.',
  'run.continuesIn': 'Continúa dentro de {seconds} s.',
  'run.finished': 'Ha terminado.',
  'run.refresh': 'Mostrar el progreso ahora',
  'run.noAnswer': 'Sin respuesta',
  'run.skipped': 'Omitida',
  'run.waiting': 'En espera',
};
