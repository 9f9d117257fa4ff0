import type { TranslationOf } from '../../../lib/message.ts';
import type { setup as source } from '../en/setup.ts';

export const setup: TranslationOf<typeof source> = {
  'home.title': 'AWS アカウントを {vendor} に接続',
  'home.titleAnother': '別の AWS アカウントを接続',
  'home.lead':
    'IAM ロールを作成して ARN を貼り付けるだけで、約 3 分で完了します。<b>{tenant}</b> に所属している場合にのみ続行してください。',
  'home.createRole': 'ロールを作成',
  'home.verify': '接続を検証',
  'home.ownTemplate': '独自のテンプレート',
  'home.values': '独自のテンプレートに使う値',
  'home.checkPolicy': '保存する前に信頼ポリシーをチェック',
  'home.manyAccounts': '多数のアカウントを一度に接続',
  'home.role': 'ロールの ARN',
  'home.roleHint': 'ロール名が <code>{role}</code> の場合は、12 桁のアカウント ID でも可',
  'home.submit': '接続を検証',
  'home.partition': 'アカウントはどこにありますか？',

  'setup.legend': 'ロールの作成方法',
  'setup.minutes': '{count} 分',
  'setup.launchStack': 'スタックを起動',
  'setup.console': 'コンソール',
  'setup.download': '{file} をダウンロード',
  'setup.copyRoleArn': 'スタックの <b>出力</b> から <code>RoleArn</code> をコピーします。',

  'launchStack.open': '接続する AWS アカウントにサインインし、用意されたスタックを開きます。',
  'launchStack.button': 'スタックを起動',
  'launchStack.acknowledge':
    'IAM ロールが作成されることを承認し、<b>スタックの作成</b> を選択します。その他は変更しないでください。',
  'launchStack.copy':
    'スタックが <code>CREATE_COMPLETE</code> になったら、<b>出力</b> から <code>RoleArn</code> をコピーします。',

  'cloudFormation.upload':
    '{console} にアップロードしてデフォルト値のまま進めるか、以下のコマンドを実行します。',
  'cloudFormation.template': 'テンプレート',

  'terraform.run':
    '接続するアカウントの認証情報で <code>terraform init</code> と <code>terraform apply</code> を実行します。OpenTofu も使えます。',
  'terraform.copy': '出力から <code>role_arn</code> をコピーします。',

  'cli.run':
    '接続するアカウントの認証情報があるターミナル、またはそのアカウントの <b>CloudShell</b> で実行します。その後、最後の行からロールの ARN をコピーします。',
  'cli.sandbox':
    '<b>サンドボックス:</b> AWS CLI が使える任意のターミナルで実行し、最後の行からロールの ARN をコピーします。ロールは AWS エミュレーターのアカウント {account} に作成されます。別のアカウントを使う場合は、先に <code>{command}</code> を実行します。',
  'cli.existing':
    'ロールがすでに存在する場合は外部 ID が更新され、その他の違いはロールの変更前に表示されます。{download}を <code>{command}</code> で実行することもできます。',
  'cli.asFile': 'ファイル',

  'console.open': '{console}を開き、<b>カスタム信頼ポリシー</b> を選択して、以下を貼り付けます。',
  'console.createRole': 'IAM コンソールの「ロールを作成」',
  'console.policies': '次の許可ポリシーを選択します: {policies}',
  'console.noPolicy': '許可ポリシーを選択せずに、<b>次へ</b> を選択します。',
  'console.name': 'ロール名を正確に <code>{role}</code> とし、<b>ロールを作成</b> を選択します。',
  'console.inlinePolicy':
    '新しいロールで <b>許可を追加</b>、<b>インラインポリシーを作成</b>、<b>JSON</b> の順に選択し、以下を貼り付けます。名前は <code>{name}</code> とします。',
  'console.copy': 'ロールのページの上部にある ARN をコピーします。',
  'console.trustPolicy': '信頼ポリシー',
  'console.permissionsPolicy': '許可ポリシー',

  'sandbox.note':
    '<b>サンドボックス:</b> お客様にはこのように表示されます。ここにはコンソールも CloudFormation もないため、試すには <b>AWS CLI</b> を選択してください。',
  'sandbox.createCommand': 'ロールを作成するコマンド',
  'sandbox.createByHand': '変更できる信頼ポリシーでロールを作成',

  'permissions.title': '{vendor} に許可される操作',
  'permissions.read': '読み取り',
  'permissions.change': '変更',
  'permissions.denied': '拒否',
  'permissions.policy': 'ポリシー',
  'permissions.sessions': {
    other:
      'セッションは最長 {count} 時間で、お客様の CloudTrail に記録されます。ロールはお客様のものです。いつでも権限を絞り込んだり、削除したりできます。',
  },
  'permissions.none': 'まだありません。このロールに許可はなく、{vendor} が引き受けられることを示すだけです。',

  'safety.title': '安全である理由',
  'safety.problem':
    '{vendor} は 1 つの AWS アカウントから多くのお客様に対応しています。お客様のロールがそのアカウントを無条件に信頼すると、別のお客様がそのロールの ARN を {vendor} に伝えて、お客様のデータにアクセスできてしまいます (「混乱した代理」問題)。',
  'safety.externalId':
    'そのため、お客様のロールは <b>{tenant}</b> だけに発行された外部 ID も要求します。外部 ID は {vendor} を含め、誰も選べません。セキュリティチェックは、ロールが他の外部 ID を受け入れないことを確認します。外部 ID は秘密情報ではありません。',
  'safety.noPassword': '{vendor} がパスワードや永続的なキーを受け取ることはありません。',

  'values.externalId': '外部 ID',
  'values.currentExternalId': '現在の外部 ID',
  'values.nextExternalId': '次の外部 ID',
  'values.vendorAccount': '{vendor} の AWS アカウント',
  'values.roleName': 'ロール名',
  'values.rotation':
    '外部 ID を切り替えています。完了するまで、ロールは両方を受け入れる必要があります。上記のどの設定方法もそのようになっています。',

  'many.title': '多数のアカウントを接続',
  'many.lead': 'AWS 組織のすべてのアカウントに同じロールを作成してから、アカウント ID を貼り付けます。',
  'many.createRole': 'すべてのアカウントにロールを作成',
  'many.stackSet':
    '組織の管理アカウントまたは委任管理者の 1 つのリージョンで、CloudFormation のスタックセットを使います。<code>OU_ID</code> を組織単位 (<code>ou-…</code>) またはルート (<code>r-…</code>) に、<code>REGION</code> をリージョンに置き換えてください。',
  'many.managementAccount':
    'スタックセットは管理アカウント自体にはデプロイされません。管理アカウントも接続するには、{link}ください。',
  'many.connectAlone': '個別に接続して',
  'many.verify': '接続を検証',
  'many.ids': 'アカウント ID',
  'many.idsHint': '最大 500 件。各アカウントのロール名は <code>{role}</code>',
  'many.help':
    'リスト、CSV、または「aws organizations list-accounts」の JSON を貼り付けてください。12 桁の ID が使われます。',
  'many.submit': '接続を検証',
  'many.verifyAll': '未接続のアカウントをすべて検証',
  'many.empty': '12 桁のアカウント ID を 1 つ以上入力してください。',
  'many.tooMany': '{count} 個のアカウントがあります。一度に入力できるのは {max} 個までです。',
  'many.yourList': '送信したリスト',
  'many.counts': '追加: {added}、登録済み: {known}、拒否: {rejected}。',
  'many.rejected': '拒否',
  'many.leftOut': {
    other:
      '別の検証がすでに実行中でした。完了したら、それに含まれない {count} 個のアカウントのために、下でもう一度検証してください。',
  },
  'run.title': '検証',
  'run.allConnected': 'すべてのアカウントが接続されています',
  'run.progress': '{total} 件中 {done} 件を確認、{verified} 件を接続。',
  'run.continues': 'このページを閉じても続行されます。',
  'run.continuesIn': '{seconds} 秒後に続行します。',
  'run.finished': '完了しました。',
  'run.refresh': '現在の進行状況を表示',
  'run.noAnswer': '応答なし',
  'run.skipped': 'スキップ',
  'run.waiting': '待機中',
};
