import type { TranslationOf } from '../../../lib/message.ts';
import type { domain as source } from '../en/domain.ts';

export const domain: TranslationOf<typeof source> = {
  'verification.verified':
    'AWS hat den Zugriff auf die Rolle {role} mit Ihrer externen ID erlaubt und ohne externe ID, mit einer anderen, mit Ihrer in Großbuchstaben und mit Ihrer, gefolgt von weiteren Zeichen, verweigert.',
  'verification.ready': 'Die Rolle kann verwendet werden.',
  'verification.attributesAllowed':
    'Sie erlaubt auch {attributes}, die das Zugriffsprofil „{profile}“ verwendet. Die Rolle kann verwendet werden.',
  'verification.attributesDenied':
    'AWS hat aber Sitzungen mit {attributes} verweigert. Das Zugriffsprofil „{profile}“ verwendet sie, um in Ihren CloudTrail-Protokollen zu zeigen, wer in Ihrem Konto gearbeitet hat. Bis die Rolle sie erlaubt, kann sie mit diesem Profil nicht verwendet werden.',
  'verification.attributesUnknown':
    'AWS hat nicht beantwortet, ob die Rolle die Sitzungs-Tags oder die Quellidentität des Zugriffsprofils „{profile}“ erlaubt.',
  'verification.sourceIdentityFixed':
    'Das Zugriffsprofil „{profile}“ kann aber nicht verwendet werden: Die Sitzung von {vendor} in AWS hat eine Quellidentität, und AWS lässt nicht zu, dass das Profil sie ersetzt. Das liegt nicht an Ihrer Rolle.',
  'verification.notEnforced':
    'Die Vertrauensrichtlinie der Rolle besteht nicht auf Ihrer externen ID: AWS hat den Zugriff auf die Rolle {role} auch {probes} erlaubt. Jemand anderes könnte die Rolle über {vendor} verwenden, deshalb wird sie nicht verwendet. Die Anmeldeinformationen aus dieser Prüfung wurden sofort verworfen.',
  'verification.notAssumable':
    'AWS hat den Zugriff auf die Rolle {role} mit Ihrer externen ID {ids} verweigert. AWS gibt dieselbe Antwort, wenn die Rolle nicht existiert, dem Konto von {vendor} nicht vertraut oder eine andere externe ID verlangt.',
  'verification.inconclusive': 'Es ist nicht bekannt, ob die Rolle {role} sicher ist.',

  'failure.broker_failing':
    'Die AWS-Identität dieses Dienstes funktioniert im Moment nicht, deshalb konnte die Rolle nicht getestet werden. Das liegt nicht an Ihrer Rolle oder Ihrem Konto.',
  'failure.clock_wrong':
    'AWS hat die Aufrufe abgelehnt, weil die Uhr dieses Dienstes falsch geht. Deshalb konnte die Rolle nicht getestet werden. Das liegt nicht an Ihrer Rolle oder Ihrem Konto.',
  'failure.throttled':
    'AWS drosselt die Aufrufe dieses Dienstes, deshalb konnte die Rolle nicht vollständig getestet werden.',
  'failure.budget_exhausted':
    'Dieser Dienst hat so viele Aufrufe an AWS gesendet, wie er sich im Moment erlaubt. Deshalb konnte die Rolle nicht vollständig getestet werden.',
  'failure.region_disabled':
    'In Ihrem Konto ist die AWS-Region nicht aktiviert, in der dieser Dienst AWS STS aufruft. Deshalb konnte die Rolle nicht getestet werden.',
  'failure.unavailable':
    'AWS hat nicht alle Aufrufe beantwortet, deshalb konnte die Rolle nicht vollständig getestet werden.',

  'cause.missing':
    'Ein Statement hat keine Bedingung für sts:ExternalId oder eine, die auch dann erfüllt ist, wenn keine externe ID gesendet wird (ein Operator, der auf IfExists endet, ForAllValues:, StringNotEquals, Null). Verwenden Sie StringEquals.',
  'cause.wrong':
    'Die Bedingung passt auch auf andere externe IDs: StringLike mit „*“, eine Richtlinienvariable oder Null. Verwenden Sie StringEquals mit Ihrer externen ID.',
  'cause.case_changed':
    'Die Bedingung unterscheidet nicht zwischen Groß- und Kleinschreibung (StringEqualsIgnoreCase). Verwenden Sie StringEquals.',
  'cause.extended':
    'Die Bedingung passt auf ein Muster, etwa StringLike mit „*“ oder „?“. Verwenden Sie StringEquals mit genau Ihrer externen ID.',

  'step.condition':
    'Verwenden Sie in jedem Statement der Vertrauensrichtlinie, das dem Konto von {vendor} Zugriff erlaubt, genau diese Bedingung: {condition}.',
  'step.verifyAgain':
    'Prüfen Sie dann noch einmal. Bis eine Änderung in IAM wirkt, kann es eine Minute dauern.',
  'step.nothingToChange': 'Prüfen Sie gleich noch einmal. Sie müssen die Rolle nicht ändern.',
  'step.enableRegion':
    'Aktivieren Sie STS in dieser Region (IAM-Konsole, Kontoeinstellungen), oder bitten Sie {vendor}, STS in einer anderen Region aufzurufen.',
  'step.thenVerify': 'Prüfen Sie dann noch einmal.',
  'step.replaceLegacyId':
    'Falls in der Vertrauensrichtlinie dieser Rolle noch die früher verwendete externe ID steht, ersetzen Sie sie durch {ids}: Ab jetzt wird für Sie nur noch diese verwendet.',
  'step.roleExists': 'Prüfen Sie, ob die Rolle {role} existiert, mit genau diesem Konto, Pfad und Namen.',
  'step.policyFromKit':
    'Prüfen Sie, ob ihre Vertrauensrichtlinie der in Ihrer Einrichtungsanleitung entspricht: das Konto von {vendor} als Prinzipal, die Aktion sts:AssumeRole und sts:ExternalId gleich {ids}.',
  'step.allowAction':
    'Prüfen Sie, ob ihre Vertrauensrichtlinie auch die Aktion {action} erlaubt, wie die in Ihrer Einrichtungsanleitung. Die Sitzung von {vendor} in AWS hat {attribute}, was AWS auf Ihre Rolle überträgt; ohne diese Aktion verweigert AWS den Zugriff auch mit der richtigen externen ID.',
  'step.bothIds':
    'Ihre externe ID wird gerade ersetzt: In der Vertrauensrichtlinie dürfen beide externen IDs stehen, wie in der aus Ihrer Einrichtungsanleitung.',
  'step.wait':
    'Falls Sie die Rolle gerade erst erstellt oder geändert haben, warten Sie eine Minute und prüfen Sie noch einmal.',
  'step.serviceControlPolicies':
    'Falls Ihre Organisation Service-Kontrollrichtlinien (SCPs) hat, prüfen Sie, ob keine davon sts:AssumeRole verweigert.',
  'step.addActions':
    'Fügen Sie im Statement der Vertrauensrichtlinie, das dem Konto von {vendor} Zugriff erlaubt, neben sts:AssumeRole auch {actions} hinzu, wie in der Einrichtungsanleitung für das Zugriffsprofil „{profile}“.',
  'step.turnOffSourceIdentity':
    'Bitten Sie {vendor}, die Quellidentität des Zugriffsprofils „{profile}“ abzuschalten. Sie müssen die Rolle nicht ändern.',

  'term.missing': 'ohne externe ID',
  'term.wrong': 'mit einer anderen externen ID',
  'term.case_changed': 'mit Ihrer externen ID in Großbuchstaben',
  'term.extended': 'mit Ihrer externen ID, gefolgt von weiteren Zeichen,',
  'term.sessionTags': 'Sitzungs-Tags',
  'term.sourceIdentity': 'Quellidentität',
  'term.oneId': '„{first}“',
  'term.twoIds': '„{first}“ oder „{second}“',

  'role.empty': 'Geben Sie den ARN der Rolle oder die 12-stellige ID ihres AWS-Kontos ein.',
  'role.quotes': 'Um diesen ARN stehen Anführungszeichen. Senden Sie ihn ohne sie.',
  'role.space': 'Dieser ARN enthält ein Leerzeichen. Kopieren Sie ihn noch einmal in einem Stück.',
  'role.isAccountId':
    'Das ist die ID eines Kontos. Senden Sie den ARN der Rolle, zum Beispiel arn:aws:iam::{account}:role/Name.',
  'role.accountIdLength': 'Eine AWS-Konto-ID hat 12 Ziffern; diese hat {length}.',
  'role.accountIdCharacters': 'Eine AWS-Konto-ID hat 12 Ziffern und keine anderen Zeichen.',
  'role.beginning': 'Der Anfang eines ARN ist bis zum Namen der Rolle kleingeschrieben: arn:aws:iam::…',
  'role.isName':
    'Das sieht nach dem Namen einer Rolle aus. Geben Sie den ARN der Rolle ein, zum Beispiel arn:aws:iam::111122223333:role/{name}, oder die 12-stellige ID des Kontos.',
  'role.notAnArn':
    'Das ist kein ARN. Der ARN einer Rolle sieht so aus: arn:aws:iam::111122223333:role/Name. Die IAM-Konsole zeigt ihn auf der Seite der Rolle.',
  'role.malformed':
    'Das ist kein gültiger ARN einer Rolle. Kopieren Sie ihn noch einmal von der Seite der Rolle in der IAM-Konsole.',
  'role.unknownPartition':
    '„arn:{partition}:“ ist nicht der Anfang eines AWS-ARN. Kopieren Sie den ganzen ARN noch einmal.',
  'role.noService': 'In diesem ARN fehlt der Service. Geben Sie den ARN einer IAM-Rolle ein.',
  'role.otherService': 'Dieser ARN gehört zum Service „{service}“. Geben Sie den ARN einer IAM-Rolle ein.',
  'role.region': 'Ein IAM-ARN hat keine Region: Das Konto folgt nach zwei Doppelpunkten.',
  'role.noAccount':
    'Eine AWS-Konto-ID hat 12 Ziffern; in diesem ARN fehlt sie. Kopieren Sie den ganzen ARN noch einmal.',
  'role.accountLengthInArn':
    'Eine AWS-Konto-ID hat 12 Ziffern; die in diesem ARN hat {length}. Kopieren Sie den ganzen ARN noch einmal.',
  'role.accountInArn':
    'Eine AWS-Konto-ID hat 12 Ziffern; „{account}“ ist keine. Kopieren Sie den ganzen ARN noch einmal.',
  'role.noName': 'Dieser ARN endet vor dem Namen der Rolle. Kopieren Sie den ganzen ARN noch einmal.',
  'role.isPolicy': 'Das ist der ARN einer Richtlinie. Im ARN der Rolle steht :role/.',
  'role.path': 'Der Pfad in diesem ARN enthält „//“. Kopieren Sie den ARN noch einmal.',
  'role.nameCharacter':
    'Der Name einer Rolle kann „{character}“ nicht enthalten. Kopieren Sie den ARN noch einmal von der Seite der Rolle in der IAM-Konsole.',
  'role.nameLength':
    'Der Name einer Rolle hat höchstens 64 Zeichen; dieser hat {length}. Kopieren Sie den ARN noch einmal.',
  'role.ownAccount':
    'Diese Rolle ist in einem AWS-Konto von {vendor}. Geben Sie den ARN der Rolle ein, die in dem zu verbindenden Konto erstellt wurde.',
  'role.serviceLinked':
    'Das ist eine serviceverknüpfte Rolle, die zu einem AWS-Service gehört. Erstellen Sie eine eigene Rolle.',
  'role.sso': 'Diese Rolle gehört zu AWS IAM Identity Center (SSO). Erstellen Sie eine eigene Rolle.',
  'role.partition':
    'Diese Rolle ist in der AWS-Partition {partition}, aber {vendor} arbeitet in {partitions}. Rollen können nicht über AWS-Partitionen hinweg übernommen werden.',
  'role.session':
    'Das ist der ARN einer Sitzung einer Rolle, nicht der ARN der Rolle selbst. Geben Sie den ARN einer Rolle ein, zum Beispiel arn:aws:iam::111122223333:role/Name.',
  'role.root':
    'Das ist der ARN des Root-Benutzers eines Kontos, nicht einer Rolle. Geben Sie den ARN einer Rolle ein, zum Beispiel arn:aws:iam::111122223333:role/Name.',
  'role.instanceProfile':
    'Das ist der ARN eines Instance-Profils; dessen Rolle hat einen eigenen ARN. Geben Sie den ARN einer Rolle ein, zum Beispiel arn:aws:iam::111122223333:role/Name.',
  'role.otherKind':
    'Dieser ARN ist vom Typ „{kind}“ und keine Rolle. Geben Sie den ARN einer Rolle ein, zum Beispiel arn:aws:iam::111122223333:role/Name.',
  'role.duplicate': 'Dieses Konto steht mehrmals in der Liste. Das Ergebnis steht bei der ersten Nennung.',
  'role.notAnAccountId': 'Das ist keine AWS-Konto-ID. Sie hat 12 Ziffern.',

  'permission.none': 'Keine Berechtigungen',
  'permission.awsManagedPolicy': 'Von AWS verwaltete Richtlinie {name}',
  'permission.managedPolicy': 'Verwaltete Richtlinie {name} des Kontos {account}',
  'permission.notUnderstood': 'Statement {number} der Inline-Richtlinie: siehe die Richtlinie selbst',
  'permission.denied': 'Verweigert: {permission}',
  'permission.statement': '{service}: {actions} für {resources}',
  'permission.statementWithConditions':
    '{service}: {actions} für {resources}, unter Bedingungen für {conditionKeys}',
  'permission.allServices': 'Alle AWS-Services',
  'permission.allActions': 'alle Aktionen',
  'permission.allActionsExcept': 'alle Aktionen außer {actions}',
  'permission.allResources': 'alle Ressourcen',
  'permission.allResourcesExcept': 'alle Ressourcen außer {resources}',
};
