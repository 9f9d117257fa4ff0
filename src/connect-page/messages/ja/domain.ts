import type { TranslationOf } from '../../../lib/message.ts';
import type { domain as source } from '../en/domain.ts';

export const domain: TranslationOf<typeof source> = {
  'verification.verified':
    'AWS は、ロール {role} へのアクセスをお客様の外部 ID では許可し、外部 ID なし、別の外部 ID、大文字にした外部 ID、文字を加えた外部 ID では拒否しました。',
  'verification.ready': 'ロールを使用できます。',
  'verification.attributesAllowed':
    'アクセスプロファイル「{profile}」が使用する{attributes}も許可しています。ロールを使用できます。',
  'verification.attributesDenied':
    'ただし、AWS は{attributes}を含むセッションを拒否しました。アクセスプロファイル「{profile}」は、誰がお客様のアカウントで作業したかを CloudTrail ログに示すためにこれらを使用します。ロールが許可するまで、このプロファイルでは使用できません。',
  'verification.attributesUnknown':
    'ロールがアクセスプロファイル「{profile}」のセッションタグまたはソース ID を許可しているかどうか、AWS から応答がありませんでした。',
  'verification.sourceIdentityFixed':
    'ただし、アクセスプロファイル「{profile}」は使用できません。AWS での {vendor} のセッションにはソース ID があり、プロファイルによる置き換えは AWS で認められていません。お客様のロールが原因ではありません。',
  'verification.notEnforced':
    'ロールの信頼ポリシーはお客様の外部 ID を正しく要求していません。AWS は次の場合にもロール {role} へのアクセスを許可しました: {probes}。他者が {vendor} を通じてロールを使えるおそれがあるため、このロールは使用されません。この検証で得られた認証情報はすぐに破棄されました。',
  'verification.notAssumable':
    'AWS は、お客様の外部 ID {ids} によるロール {role} へのアクセスを拒否しました。ロールが存在しない場合、{vendor} のアカウントを信頼していない場合、別の外部 ID を要求している場合にも、AWS は同じ応答を返します。',
  'verification.inconclusive': 'ロール {role} が安全かどうかは不明です。',

  'failure.broker_failing':
    'このサービスの AWS アイデンティティが現在機能していないため、ロールをテストできませんでした。お客様のロールやアカウントが原因ではありません。',
  'failure.clock_wrong':
    'このサービスの時計がずれているため AWS が呼び出しを拒否し、ロールをテストできませんでした。お客様のロールやアカウントが原因ではありません。',
  'failure.throttled':
    'AWS がこのサービスの呼び出しを制限しているため、ロールを完全にはテストできませんでした。',
  'failure.budget_exhausted':
    'このサービスは AWS への呼び出しの上限に達しているため、ロールを完全にはテストできませんでした。',
  'failure.region_disabled':
    'このサービスが AWS STS を呼び出す AWS リージョンがお客様のアカウントで有効になっていないため、ロールをテストできませんでした。',
  'failure.unavailable':
    'AWS から一部の呼び出しの応答がなかったため、ロールを完全にはテストできませんでした。',

  'cause.missing':
    'sts:ExternalId の条件がないステートメント、または外部 ID が送信されなくても成立する条件のステートメントがあります (IfExists で終わる演算子、ForAllValues:、StringNotEquals、Null)。StringEquals を使用してください。',
  'cause.wrong':
    '条件が他の外部 ID にも一致します (「*」を使った StringLike、ポリシー変数、または Null)。お客様の外部 ID を指定した StringEquals を使用してください。',
  'cause.case_changed':
    '条件が大文字と小文字を区別していません (StringEqualsIgnoreCase)。StringEquals を使用してください。',
  'cause.extended':
    '条件がパターンに一致します (「*」や「?」を使った StringLike など)。お客様の外部 ID を正確に指定した StringEquals を使用してください。',

  'step.condition':
    'ロールの信頼ポリシーで {vendor} のアカウントを許可するすべてのステートメントに、次の条件をそのまま使用してください: {condition}',
  'step.verifyAgain':
    'その後、もう一度検証してください。IAM の変更が反映されるまで 1 分ほどかかることがあります。',
  'step.nothingToChange': 'しばらくしてから、もう一度検証してください。ロールを変更する必要はありません。',
  'step.enableRegion':
    'そのリージョンで STS を有効にするか (IAM コンソールのアカウント設定)、別のリージョンの STS を呼び出すよう {vendor} に依頼してください。',
  'step.thenVerify': 'その後、もう一度検証してください。',
  'step.replaceLegacyId':
    'このロールの信頼ポリシーに以前の外部 ID が残っている場合は、{ids}に置き換えてください。今後お客様に使用されるのはこの外部 ID だけです。',
  'step.roleExists': 'アカウント、パス、名前が正確に一致するロール {role} が存在することを確認してください。',
  'step.policyFromKit':
    '信頼ポリシーが設定手順のものと同じであることを確認してください: プリンシパルは {vendor} のアカウント、アクションは sts:AssumeRole、sts:ExternalId は{ids}です。',
  'step.allowAction':
    '信頼ポリシーが、設定手順のものと同じくアクション {action} も許可していることを確認してください。AWS での {vendor} のセッションには{attribute}があり、AWS によってお客様のロールに引き継がれます。このアクションがないと、正しい外部 ID を使っても AWS はアクセスを拒否します。',
  'step.bothIds':
    '外部 ID を切り替えています。設定手順のものと同じく、信頼ポリシーには両方の外部 ID を記載できます。',
  'step.wait': 'ロールを作成または変更した直後の場合は、1 分ほど待ってからもう一度検証してください。',
  'step.serviceControlPolicies':
    '組織にサービスコントロールポリシー (SCP) がある場合は、sts:AssumeRole を拒否するものがないことを確認してください。',
  'step.addActions':
    'アクセスプロファイル「{profile}」の設定手順のとおり、ロールの信頼ポリシーで {vendor} のアカウントを許可するステートメントに、sts:AssumeRole に加えて {actions} を追加してください。',
  'step.turnOffSourceIdentity':
    'アクセスプロファイル「{profile}」のソース ID を無効にするよう {vendor} に依頼してください。ロールを変更する必要はありません。',

  'term.missing': '外部 ID なし',
  'term.wrong': '別の外部 ID を使用',
  'term.case_changed': 'お客様の外部 ID を大文字にして使用',
  'term.extended': 'お客様の外部 ID に文字を加えて使用',
  'term.sessionTags': 'セッションタグ',
  'term.sourceIdentity': 'ソース ID',
  'term.oneId': '「{first}」',
  'term.twoIds': '「{first}」または「{second}」',

  'role.empty': 'ロールの ARN、または AWS アカウントの 12 桁の ID を入力してください。',
  'role.quotes': 'ARN が引用符で囲まれています。引用符なしで送信してください。',
  'role.space': 'この ARN には空白が含まれています。途切れないようにもう一度コピーしてください。',
  'role.isAccountId':
    'これはアカウントの ID です。arn:aws:iam::{account}:role/Name のようなロールの ARN を送信してください。',
  'role.accountIdLength': 'AWS アカウント ID は 12 桁ですが、入力された ID は {length} 桁です。',
  'role.accountIdCharacters': 'AWS アカウント ID は 12 桁の数字で、他の文字は含みません。',
  'role.beginning': 'ARN はロール名の前まで小文字です: arn:aws:iam::…',
  'role.isName':
    'ロール名のようです。arn:aws:iam::111122223333:role/{name} のようなロールの ARN、または 12 桁のアカウント ID を入力してください。',
  'role.notAnArn':
    'これは ARN ではありません。ロールの ARN は arn:aws:iam::111122223333:role/Name のような形式で、IAM コンソールのロールのページに表示されます。',
  'role.malformed':
    '有効なロールの ARN ではありません。IAM コンソールのロールのページからもう一度コピーしてください。',
  'role.unknownPartition':
    '「arn:{partition}:」は AWS の ARN の先頭ではありません。ARN 全体をもう一度コピーしてください。',
  'role.noService': 'この ARN にはサービスがありません。IAM ロールの ARN を入力してください。',
  'role.otherService': 'この ARN はサービス「{service}」のものです。IAM ロールの ARN を入力してください。',
  'role.region': 'IAM の ARN にリージョンは含まれません。2 つのコロンの後にアカウントが続きます。',
  'role.noAccount':
    'AWS アカウント ID は 12 桁ですが、この ARN には含まれていません。ARN 全体をもう一度コピーしてください。',
  'role.accountLengthInArn':
    'AWS アカウント ID は 12 桁ですが、この ARN では {length} 桁です。ARN 全体をもう一度コピーしてください。',
  'role.accountInArn':
    'AWS アカウント ID は 12 桁です。「{account}」はアカウント ID ではありません。ARN 全体をもう一度コピーしてください。',
  'role.noName': 'この ARN はロール名の前で途切れています。ARN 全体をもう一度コピーしてください。',
  'role.isPolicy': 'これはポリシーの ARN です。ロールの ARN には :role/ が含まれます。',
  'role.path': 'この ARN のパスには「//」が含まれています。ARN をもう一度コピーしてください。',
  'role.nameCharacter':
    'ロール名に「{character}」は使用できません。IAM コンソールのロールのページから ARN をもう一度コピーしてください。',
  'role.nameLength':
    'ロール名は最大 64 文字ですが、入力された名前は {length} 文字です。ARN をもう一度コピーしてください。',
  'role.ownAccount':
    'このロールは {vendor} の AWS アカウントにあります。接続するアカウントに作成したロールの ARN を入力してください。',
  'role.serviceLinked':
    'これは AWS のサービスに属するサービスにリンクされたロールです。別のロールを作成してください。',
  'role.sso': 'このロールは AWS IAM Identity Center (SSO) のものです。別のロールを作成してください。',
  'role.partition':
    'このロールは AWS パーティション {partition} にありますが、{vendor} の対象は {partitions} です。AWS パーティションをまたいでロールを引き受けることはできません。',
  'role.session':
    'これはロール自体ではなく、ロールのセッションの ARN です。arn:aws:iam::111122223333:role/Name のようなロールの ARN を入力してください。',
  'role.root':
    'これはロールではなく、アカウントのルートユーザーの ARN です。arn:aws:iam::111122223333:role/Name のようなロールの ARN を入力してください。',
  'role.instanceProfile':
    'これはインスタンスプロファイルの ARN です。そのロールには別の ARN があります。arn:aws:iam::111122223333:role/Name のようなロールの ARN を入力してください。',
  'role.otherKind':
    'この ARN の種類は「{kind}」で、ロールではありません。arn:aws:iam::111122223333:role/Name のようなロールの ARN を入力してください。',
  'role.duplicate': 'このアカウントはリストに複数回含まれています。最初の行の結果を確認してください。',
  'role.notAnAccountId': 'これは 12 桁の AWS アカウント ID ではありません。',

  'permission.none': '許可なし',
  'permission.awsManagedPolicy': 'AWS 管理ポリシー {name}',
  'permission.managedPolicy': 'アカウント {account} の管理ポリシー {name}',
  'permission.notUnderstood': 'インラインポリシーのステートメント {number}: ポリシー自体を参照してください',
  'permission.denied': '拒否: {permission}',
  'permission.statement': '{service}: {actions} (対象: {resources})',
  'permission.statementWithConditions': '{service}: {actions} (対象: {resources}、条件キー: {conditionKeys})',
  'permission.allServices': 'すべての AWS サービス',
  'permission.allActions': 'すべてのアクション',
  'permission.allActionsExcept': '{actions} を除くすべてのアクション',
  'permission.allResources': 'すべてのリソース',
  'permission.allResourcesExcept': '{resources} を除くすべてのリソース',
};
