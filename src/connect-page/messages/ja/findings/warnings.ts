import type { TranslationOf } from '../../../../lib/message.ts';
import type { WARNING_TEXTS } from '../../../../policy-checks/findings/catalogue/warnings.ts';

export const warnings: TranslationOf<typeof WARNING_TEXTS> = {
  'finding.successor_missing':
    'お客様の外部 ID は置き換え中です。ポリシーは以前の外部 ID {current} を受け入れますが、新しい外部 ID {successor} はまだ受け入れません。',
  'finding.successor_missing.fix': '置き換えが完了するまで、両方を記述してください: {condition}。',
  'finding.role_principal':
    'このプリンシパルは {vendor} のロール自体です。AWS はロールの名前ではなく一意の ID を保存します。{vendor} のロールが作り直されると、お客様のロールはそれを信頼しなくなります。',
  'finding.role_principal.fix': '{principal} と記述し、{condition} で範囲を絞ってください。',
  'finding.redundant_principal':
    '{value} は {vendor} のアカウントのもので、同じステートメントがアカウント全体を信頼しています。そのため不要であり、そのアイデンティティが削除されると IAM は一意の ID に置き換えます。',
  'finding.redundant_principal.fix': '削除してください。{value} だけで十分です。',
  'finding.other_accounts':
    '同じステートメントが、同じ条件で {values} も信頼しています。お客様の外部 ID は秘密ではないため、それらもロールを引き受けることができます。',
  'finding.other_accounts.more': '{values} など',
  'finding.other_accounts.fix':
    'それぞれに別の外部 ID を持つ別のステートメントを用意するか、心当たりのないものを削除してください。',
  'finding.not_action': 'NotAction は、指定したもの以外のすべてのアクションを許可します。',
  'finding.broad_action': '{patterns} はパターンです。必要なもののほかに {actions} も許可します。',
  'finding.broad_action.future':
    '{patterns} はパターンです。現在は余分なものを許可していませんが、AWS が後から追加する同じ名前のアクションも許可することになります。',
  'finding.access_expires':
    '{key} の条件により、{vendor} のアクセスは {value} に終了します。それ以降、AWS はロールへのアクセスを拒否します。',
  'finding.access_expires.fix':
    'アクセスを継続する場合は条件を削除するか、期限までに日付を変更してください。',
  'finding.statement_left_out.rejected':
    '提案されたポリシーでは、IAM が受け付けないステートメント {number} を省略しています。',
  'finding.statement_left_out.deleted':
    '提案されたポリシーでは、すべてのプリンシパルが削除されているステートメント {number} を省略しています。',
  'finding.statement_left_out.fix': 'そのステートメントが必要な場合は、修正してから追加し直してください。',
};
