import type { TranslationOf } from '../../../lib/message.ts';
import type { general as source } from '../en/general.ts';

export const general: TranslationOf<typeof source> = {
  'page.skip': 'Zum Inhalt springen',
  'page.tenant': 'für <b>{tenant}</b>',
  'page.signOut': 'Abmelden',
  'page.questions': 'Fragen?',
  'page.support': 'Support von {vendor}:',
  'page.footer': 'Jeder Schritt wird protokolliert. Diese Seite lädt nichts von anderen Websites.',
  'page.language': 'Sprache',
  'page.opensTab': '(öffnet einen neuen Tab)',
  'page.back': 'Zurück',
  'page.backToPage': 'Zurück zur Seite',
  'page.more': 'Mehr',
  'page.allAccounts': 'Alle Konten',
  'page.account': 'Konto {account}',

  'copy.copy': 'Kopieren',
  'copy.copied': 'Kopiert',
  'copy.showAll': 'Alle {count} Zeilen anzeigen',
  'copy.command': 'Befehl',
  'copy.commands': 'Befehle',
  'copy.link': 'Link',
  'diff.removed': 'zu entfernen:',
  'diff.added': 'hinzuzufügen:',

  'time.justNow': 'gerade eben',
  'time.checked': 'Geprüft {time}',
  'time.started': 'Gestartet {time}.',

  'notice.unknown.title': 'Dieser Link ist ungültig',
  'notice.unknown.text':
    'Vielleicht wurde er beim Kopieren abgeschnitten. Öffnen Sie ihn noch einmal aus der Nachricht, die Sie erhalten haben, oder bitten Sie {vendor} um einen neuen.',
  'notice.expired.title': 'Dieser Link ist abgelaufen',
  'notice.expired.text': 'Bitten Sie {vendor} um einen neuen. Alles, was Sie getan haben, ist gespeichert.',
  'notice.used.title': 'Dieser Link wurde bereits verwendet',
  'notice.used.text':
    'Mit ihm wurde ein AWS-Konto verbunden. Deshalb öffnet er sich nur noch in dem Browser, in dem das geschah. Um die Verbindung anzusehen oder ein weiteres Konto zu verbinden, bitten Sie {vendor} um einen neuen Link.',
  'notice.revoked.title': 'Dieser Link wurde widerrufen',
  'notice.revoked.text':
    '{vendor} hat ihn widerrufen. Bitten Sie {vendor} um einen neuen, falls Sie ihn noch brauchen.',
  'notice.suspended.title': 'Ihr Zugang ist pausiert',
  'notice.suspended.text':
    '{vendor} hat den Zugang Ihrer Organisation pausiert. Deshalb kann im Moment kein Konto verbunden werden. Fragen Sie {vendor}, was zu tun ist.',
  'notice.offboarded.title': 'Ihr Zugang ist beendet',
  'notice.offboarded.text':
    'Der Zugang Ihrer Organisation zu {vendor} ist beendet. Sie können die Rolle in Ihrem AWS-Konto löschen.',
  'notice.none.title': 'Öffnen Sie Ihren Link',
  'notice.none.text': 'Öffnen Sie in diesem Browser den Link, den {vendor} Ihnen geschickt hat.',
  'notice.ended.title': 'Ihre Sitzung ist beendet',
  'notice.ended.text':
    'Öffnen Sie noch einmal den Link, den {vendor} Ihnen geschickt hat. Falls er sich nicht mehr öffnet, bitten Sie {vendor} um einen neuen. Alles, was Sie getan haben, ist gespeichert.',
  'notice.left.title': 'Sie sind abgemeldet',
  'notice.left.text':
    'Um zurückzukehren, öffnen Sie den Link, den {vendor} Ihnen geschickt hat. Falls er schon verwendet wurde, bitten Sie {vendor} um einen neuen.',
  'notice.rate_limited.title': 'Zu oft geöffnet',
  'notice.rate_limited.text':
    'Dieser Link wurde innerhalb einer Minute sehr oft geöffnet. Warten Sie eine Minute, und öffnen Sie ihn dann noch einmal.',
  'notice.page_not_found.title': 'Seite nicht gefunden',
  'notice.page_not_found.text': 'Prüfen Sie die Adresse, oder öffnen Sie Ihren Link noch einmal.',

  'problem.failed': 'Etwas ist schiefgegangen',
  'problem.wait': 'Einen Moment bitte',
  'problem.notPossible': 'Das ist nicht möglich',
  'problem.request': 'Anfrage <code>{id}</code>',
  'problem.not_found': 'Das gibt es nicht, oder es wurde inzwischen entfernt.',
  'problem.conflict':
    'Inzwischen hat sich etwas geändert. Deshalb ist nichts geschehen. Laden Sie die Seite neu.',
  'problem.tenant_not_active':
    '{vendor} hat den Zugang Ihrer Organisation pausiert oder beendet. Deshalb ist nichts geschehen. Fragen Sie {vendor}, was zu tun ist.',
  'problem.validation_failed':
    'Die gesendeten Angaben sind ungültig. Deshalb ist nichts geschehen. Laden Sie die Seite neu.',
  'problem.body_too_large': 'Der Text ist zu lang. Senden Sie weniger auf einmal.',
  'problem.rate_limited':
    'In der letzten Minute gab es zu viele Anfragen. Warten Sie einen Moment, und versuchen Sie es dann noch einmal.',
  'problem.unavailable': 'Es ist nichts verloren gegangen. Versuchen Sie es in einer Minute noch einmal.',
  'problem.crossSite':
    'Diese Anfrage kam nicht von der Seite selbst. Deshalb ist nichts geschehen. Öffnen Sie die Seite noch einmal.',
  'problem.kitChanged':
    'Was {vendor} benötigt, hat sich geändert, seit dieser Link erstellt wurde. Bitten Sie {vendor} um einen neuen.',
  'problem.partition':
    '{vendor} kann über diese Seite nicht mit Konten in der AWS-Partition {partition} verbunden werden.',

  'colleague.title': 'Kollegin oder Kollegen einladen',
  'colleague.text':
    'Laden Sie jemanden aus Ihrer Organisation ein. Der neue Link läuft zusammen mit Ihrem ab.',
  'colleague.create': 'Link erstellen',
  'colleague.created':
    'Schicken Sie diesen Link an jemanden, dem Sie Ihr AWS-Konto anvertrauen. Er läuft am {time} ab und wird nur einmal angezeigt.',

  'switch.title': 'Dieser Link ist für jemand anderen',
  'switch.sameName': 'einen anderen Kunden, der ebenfalls <b>{tenant}</b> heißt',
  'switch.name': '<b>{tenant}</b>',
  'switch.opened': 'Der Link, den Sie geöffnet haben, ist für {other}.',
  'switch.openedBeside':
    'In diesem Browser ist die Seite für <b>{current}</b> geöffnet. Der Link, den Sie gerade geöffnet haben, ist für {other}.',
  'switch.warning':
    'Fahren Sie nur fort, wenn Sie dort arbeiten und diesen Link erwartet haben: Eine Rolle, die Sie dort erstellen, gibt {vendor} in dessen Auftrag Zugriff auf Ihr AWS-Konto.',
  'switch.stay': 'Bei {current} bleiben',
  'switch.doNotGoOn': 'Nicht fortfahren',
  'switch.confirm': 'Zur anderen Seite wechseln',

  'script.failed': 'Etwas ist schiefgegangen. Laden Sie die Seite neu.',
  'script.roleArn': 'Das ist der ARN einer Rolle.',
  'script.roleMeans': 'Gemeint ist {role}.',
  'script.linkCreated':
    'Schicken Sie diesen Link an jemanden, dem Sie Ihr AWS-Konto anvertrauen. Er wird nur einmal angezeigt.',
  'script.checking': 'Wird geprüft …',
  'script.verifying': 'Die Verbindung wird geprüft …',
  'script.asking': 'AWS wird jetzt abgefragt.',
  'script.notFinished': 'Die Prüfung wurde nicht abgeschlossen',
  'script.interrupted': 'Die Verbindung wurde unterbrochen. Prüfen Sie noch einmal.',
  'script.retryNotAssumable':
    'Bisher verweigert AWS den Zugriff. Bis eine neue oder geänderte Rolle überall wirkt, dauert es einige Sekunden, manchmal eine Minute.',
  'script.retryInconclusive': 'AWS hat nicht jede Prüfung beantwortet.',
  'script.retryRateLimited': 'In der letzten Minute gab es viele Prüfungen. Deshalb muss die nächste warten.',
  'script.retrying': 'Diese Seite versucht es bis zu zwei Minuten lang weiter.',
  'script.nextTry': 'Nächster Versuch in {seconds} s.',
  'script.stopWaiting': 'Nicht länger warten und das Ergebnis anzeigen',
};
