import type { TranslationOf } from '../../../lib/message.ts';
import type { general as source } from '../en/general.ts';

export const general: TranslationOf<typeof source> = {
  'page.skip': 'Ir al contenido',
  'page.tenant': 'para <b>{tenant}</b>',
  'page.signOut': 'Cerrar sesión',
  'page.questions': '¿Tiene preguntas?',
  'page.support': 'Soporte de {vendor}:',
  'page.footer': 'Cada paso queda registrado. Esta página no carga nada de otros sitios.',
  'page.language': 'Idioma',
  'page.opensTab': '(abre una pestaña nueva)',
  'page.back': 'Volver',
  'page.backToPage': 'Volver a la página',
  'page.more': 'Más',
  'page.allAccounts': 'Todas las cuentas',
  'page.account': 'Cuenta {account}',

  'copy.copy': 'Copiar',
  'copy.copied': 'Copiado',
  'copy.showAll': 'Mostrar las {count} líneas',
  'copy.command': 'Comando',
  'copy.commands': 'Comandos',
  'copy.link': 'Enlace',
  'diff.removed': 'se elimina:',
  'diff.added': 'se agrega:',

  'time.justNow': 'ahora mismo',
  'time.checked': 'Comprobado {time}',
  'time.started': 'Iniciada {time}.',

  'notice.unknown.title': 'Este enlace no es válido',
  'notice.unknown.text':
    'Es posible que se haya cortado al copiarlo. Ábralo de nuevo desde el mensaje que recibió o pida uno nuevo a {vendor}.',
  'notice.expired.title': 'Este enlace ha caducado',
  'notice.expired.text': 'Pida uno nuevo a {vendor}. Todo lo que hizo está guardado.',
  'notice.used.title': 'Este enlace ya se ha utilizado',
  'notice.used.text':
    'Con él se conectó una cuenta de AWS, por lo que solo se abre en el navegador en el que se hizo. Para ver la conexión o conectar otra cuenta, pida un enlace nuevo a {vendor}.',
  'notice.revoked.title': 'Este enlace se ha revocado',
  'notice.revoked.text': '{vendor} lo ha revocado. Pida uno nuevo a {vendor} si todavía lo necesita.',
  'notice.suspended.title': 'Su acceso está en pausa',
  'notice.suspended.text':
    '{vendor} ha puesto en pausa el acceso de su organización, por lo que ahora no se puede conectar ninguna cuenta. Pregunte a {vendor} qué debe hacer.',
  'notice.offboarded.title': 'Su acceso ha finalizado',
  'notice.offboarded.text':
    'El acceso de su organización a {vendor} ha finalizado. Puede eliminar el rol de su cuenta de AWS.',
  'notice.none.title': 'Abra su enlace',
  'notice.none.text': 'Abra en este navegador el enlace que {vendor} le envió.',
  'notice.ended.title': 'Su sesión ha finalizado',
  'notice.ended.text':
    'Abra de nuevo el enlace que {vendor} le envió. Si ya no se abre, pida uno nuevo a {vendor}. Todo lo que hizo está guardado.',
  'notice.left.title': 'Ha cerrado la sesión',
  'notice.left.text':
    'Para volver, abra el enlace que {vendor} le envió. Si ya se utilizó, pida uno nuevo a {vendor}.',
  'notice.rate_limited.title': 'Abierto demasiadas veces',
  'notice.rate_limited.text':
    'Este enlace se ha abierto muchas veces en un minuto. Espere un minuto y ábralo de nuevo.',
  'notice.page_not_found.title': 'Página no encontrada',
  'notice.page_not_found.text': 'Compruebe la dirección o abra su enlace de nuevo.',

  'problem.failed': 'Algo ha salido mal',
  'problem.wait': 'Un momento, por favor',
  'problem.notPossible': 'No es posible',
  'problem.request': 'Solicitud <code>{id}</code>',
  'problem.not_found': 'No existe o se ha eliminado entretanto.',
  'problem.conflict':
    'Algo ha cambiado entretanto, por lo que no se ha hecho nada. Vuelva a cargar la página.',
  'problem.tenant_not_active':
    '{vendor} ha puesto en pausa o finalizado el acceso de su organización, por lo que no se ha hecho nada. Pregunte a {vendor} qué debe hacer.',
  'problem.validation_failed':
    'Los datos enviados no son válidos, por lo que no se ha hecho nada. Vuelva a cargar la página.',
  'problem.body_too_large': 'El texto es demasiado largo. Envíe menos de una vez.',
  'problem.rate_limited':
    'Se han hecho demasiadas solicitudes en el último minuto. Espere un momento e inténtelo de nuevo.',
  'problem.unavailable': 'No se ha perdido nada. Inténtelo de nuevo dentro de un minuto.',
  'problem.crossSite':
    'Esta solicitud no se envió desde la propia página, por lo que no se ha hecho nada. Abra la página de nuevo.',
  'problem.kitChanged':
    'Lo que {vendor} solicita ha cambiado desde que se creó este enlace. Pida uno nuevo a {vendor}.',
  'problem.partition':
    'Desde esta página no se puede conectar {vendor} con cuentas de la partición de AWS {partition}.',

  'colleague.title': 'Invitar a un colega',
  'colleague.text': 'Invite a un colega. Su enlace caduca junto con el de usted.',
  'colleague.create': 'Crear enlace',
  'colleague.created':
    'Envíe este enlace a alguien a quien confíe su cuenta de AWS. Caduca el {time} y solo se muestra una vez.',

  'switch.title': 'Este enlace es para otra persona',
  'switch.sameName': 'otro cliente que también se llama <b>{tenant}</b>',
  'switch.name': '<b>{tenant}</b>',
  'switch.opened': 'El enlace que ha abierto es para {other}.',
  'switch.openedBeside':
    'En este navegador la página está abierta para <b>{current}</b>. El enlace que acaba de abrir es para {other}.',
  'switch.warning':
    'Continúe solo si trabaja para ese cliente y esperaba este enlace: un rol que cree ahí da a {vendor} acceso a su cuenta de AWS en nombre de ese cliente.',
  'switch.stay': 'Seguir con {current}',
  'switch.doNotGoOn': 'No continuar',
  'switch.confirm': 'Cambiar a la otra página',

  'script.failed': 'Algo ha salido mal. Vuelva a cargar la página.',
  'script.roleArn': 'Es el ARN de un rol.',
  'script.roleMeans': 'Se refiere a {role}.',
  'script.linkCreated':
    'Envíe este enlace a alguien a quien confíe su cuenta de AWS. Solo se muestra una vez.',
  'script.checking': 'Comprobando…',
  'script.verifying': 'Verificando la conexión…',
  'script.asking': 'Consultando a AWS.',
  'script.notFinished': 'La verificación no ha terminado',
  'script.interrupted': 'La conexión se ha interrumpido. Verifique de nuevo.',
  'script.retryNotAssumable':
    'Por ahora, AWS deniega el acceso. Un rol nuevo o modificado tarda unos segundos, a veces un minuto, en surtir efecto en todas partes.',
  'script.retryInconclusive': 'AWS no ha respondido a todas las comprobaciones.',
  'script.retryRateLimited':
    'Se han hecho muchas verificaciones en el último minuto, por lo que la siguiente debe esperar.',
  'script.retrying': 'Esta página lo intenta de nuevo durante dos minutos como máximo.',
  'script.nextTry': 'Próximo intento en {seconds} s.',
  'script.stopWaiting': 'Dejar de esperar y mostrar el resultado',
};
