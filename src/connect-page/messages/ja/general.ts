import type { TranslationOf } from '../../../lib/message.ts';
import type { general as source } from '../en/general.ts';

export const general: TranslationOf<typeof source> = {
  'page.skip': '本文へ移動',
  'page.tenant': '<b>{tenant}</b> 様',
  'page.signOut': 'サインアウト',
  'page.questions': 'お問い合わせ:',
  'page.support': '{vendor} サポート:',
  'page.footer': 'すべての操作は記録されます。このページは他のサイトから何も読み込みません。',
  'page.language': '言語',
  'page.opensTab': '(新しいタブで開きます)',
  'page.back': '戻る',
  'page.backToPage': 'ページに戻る',
  'page.more': 'その他',
  'page.allAccounts': 'すべてのアカウント',
  'page.account': 'アカウント {account}',

  'copy.copy': 'コピー',
  'copy.copied': 'コピーしました',
  'copy.showAll': '全 {count} 行を表示',
  'copy.command': 'コマンド',
  'copy.commands': 'コマンド',
  'copy.link': 'リンク',
  'diff.removed': '削除する行:',
  'diff.added': '追加する行:',

  'time.justNow': 'たった今',
  'time.checked': '確認: {time}',
  'time.started': '開始: {time}。',

  'notice.unknown.title': 'このリンクは無効です',
  'notice.unknown.text':
    'コピーの際に途中で切れた可能性があります。受け取ったメッセージからもう一度開くか、{vendor} に新しいリンクを依頼してください。',
  'notice.expired.title': 'このリンクは有効期限が切れています',
  'notice.expired.text':
    '{vendor} に新しいリンクを依頼してください。これまでの作業はすべて保存されています。',
  'notice.used.title': 'このリンクは使用済みです',
  'notice.used.text':
    'このリンクで AWS アカウントが接続されたため、接続に使用したブラウザでのみ開けます。接続を確認する場合や別のアカウントを接続する場合は、{vendor} に新しいリンクを依頼してください。',
  'notice.revoked.title': 'このリンクは取り消されました',
  'notice.revoked.text':
    '{vendor} がこのリンクを取り消しました。引き続き必要な場合は、{vendor} に新しいリンクを依頼してください。',
  'notice.suspended.title': 'アクセスは一時停止されています',
  'notice.suspended.text':
    '{vendor} がお客様の組織のアクセスを一時停止しているため、現在アカウントを接続できません。対応方法は {vendor} にお問い合わせください。',
  'notice.offboarded.title': 'アクセスは終了しました',
  'notice.offboarded.text':
    'お客様の組織による {vendor} の利用は終了しました。AWS アカウントのロールは削除できます。',
  'notice.none.title': 'リンクを開いてください',
  'notice.none.text': '{vendor} から届いたリンクを、このブラウザで開いてください。',
  'notice.ended.title': 'セッションが終了しました',
  'notice.ended.text':
    '{vendor} から届いたリンクをもう一度開いてください。開けない場合は、{vendor} に新しいリンクを依頼してください。これまでの作業はすべて保存されています。',
  'notice.left.title': 'サインアウトしました',
  'notice.left.text':
    'このページに戻るには、{vendor} から届いたリンクを開いてください。使用済みの場合は、{vendor} に新しいリンクを依頼してください。',
  'notice.rate_limited.title': '開いた回数が多すぎます',
  'notice.rate_limited.text':
    'このリンクは 1 分間に何度も開かれました。1 分ほど待ってから、もう一度開いてください。',
  'notice.page_not_found.title': 'ページが見つかりません',
  'notice.page_not_found.text': 'アドレスを確認するか、リンクをもう一度開いてください。',

  'problem.failed': '問題が発生しました',
  'problem.wait': 'しばらくお待ちください',
  'problem.notPossible': 'この操作は実行できません',
  'problem.request': 'リクエスト <code>{id}</code>',
  'problem.not_found': '存在しないか、すでに削除されています。',
  'problem.conflict': '状態が変わったため、何も実行されませんでした。ページを再読み込みしてください。',
  'problem.tenant_not_active':
    '{vendor} がお客様の組織のアクセスを一時停止または終了したため、何も実行されませんでした。対応方法は {vendor} にお問い合わせください。',
  'problem.validation_failed':
    '送信された内容が正しくないため、何も実行されませんでした。ページを再読み込みしてください。',
  'problem.body_too_large': 'テキストが長すぎます。一度に送信する量を減らしてください。',
  'problem.rate_limited': '直近 1 分間のリクエストが多すぎます。しばらく待ってから、もう一度お試しください。',
  'problem.unavailable': '失われたデータはありません。1 分ほど待ってから、もう一度お試しください。',
  'problem.crossSite':
    'このリクエストはこのページから送信されたものではないため、何も実行されませんでした。ページをもう一度開いてください。',
  'problem.kitChanged':
    'このリンクの作成後に、{vendor} が必要とする内容が変わりました。{vendor} に新しいリンクを依頼してください。',
  'problem.partition':
    'このページからは、AWS パーティション {partition} のアカウントを {vendor} に接続できません。',

  'colleague.title': '同僚を招待',
  'colleague.text': '同僚を招待できます。同僚のリンクは、お客様のリンクと同時に期限切れになります。',
  'colleague.create': 'リンクを作成',
  'colleague.created':
    'AWS アカウントを任せられる相手に、このリンクを送ってください。有効期限は {time} です。リンクが表示されるのは一度だけです。',

  'switch.title': 'このリンクは別のお客様用です',
  'switch.sameName': '同じ名前 <b>{tenant}</b> の別のお客様',
  'switch.name': '<b>{tenant}</b>',
  'switch.opened': '開いたリンクは {other} 用です。',
  'switch.openedBeside':
    'このブラウザでは <b>{current}</b> のページが開いています。今開いたリンクは {other} 用です。',
  'switch.warning':
    'その組織に所属し、このリンクを受け取る予定だった場合にのみ続行してください。そこで作成したロールにより、{vendor} はその組織のためにお客様の AWS アカウントへアクセスできるようになります。',
  'switch.stay': '{current} のページに留まる',
  'switch.doNotGoOn': '続行しない',
  'switch.confirm': 'もう一方のページに切り替える',

  'script.failed': '問題が発生しました。ページを再読み込みしてください。',
  'script.roleArn': 'ロールの ARN です。',
  'script.roleMeans': '対象のロール: {role}',
  'script.linkCreated':
    'AWS アカウントを任せられる相手に、このリンクを送ってください。表示されるのは一度だけです。',
  'script.checking': '確認中…',
  'script.verifying': '接続を検証しています…',
  'script.asking': 'AWS に問い合わせています。',
  'script.notFinished': '検証が完了しませんでした',
  'script.interrupted': '接続が中断されました。もう一度検証してください。',
  'script.retryNotAssumable':
    '現時点では AWS がアクセスを拒否しています。新しいロールや変更したロールが全体に反映されるまで、数秒、場合によっては 1 分ほどかかります。',
  'script.retryInconclusive': 'AWS から一部のチェックの応答がありませんでした。',
  'script.retryRateLimited': '直近 1 分間に多くの検証が行われたため、次の検証まで待つ必要があります。',
  'script.retrying': 'このページは最長 2 分間、自動的に再試行します。',
  'script.nextTry': '次の試行まで {seconds} 秒。',
  'script.stopWaiting': '待たずに結果を表示',
};
