import type { TranslationOf } from '../../../../lib/message.ts';
import type { DENIAL_TEXTS } from '../../../../policy-checks/findings/catalogue/denial-texts.ts';

export const denials: TranslationOf<typeof DENIAL_TEXTS> = {
  'finding.unmet.replaceStatement':
    '条件だけを削除しないでください。ステートメントがすべての相手を信頼することになります。代わりに {principal} と {condition} を記述してください。',

  'finding.vendor_not_trusted':
    '{vendor} のアカウント {account} に対するステートメントがないため、{vendor} はロールを引き受けられません。',
  'finding.vendor_not_trusted.services':
    'このステートメントにはお客様の外部 ID がありますが、サービスまたは ID プロバイダーだけを信頼しています。{vendor} は AWS アカウントから呼び出します。',
  'finding.vendor_not_trusted.fix':
    '提案されたポリシーのように、{principal}、{action}、{condition} を含むステートメントを追加してください。',
  'finding.wrong_account':
    '{value} はアカウント {account} のものですが、{vendor} のアカウントは {correct} です。',
  'finding.wrong_account.digit_differs': '入力ミスのようです。{first} 桁目の数字が異なります。',
  'finding.wrong_account.digits_swapped':
    '入力ミスのようです。{first} 桁目と {second} 桁目の数字が入れ替わっています。',
  'finding.wrong_partition':
    '{value} は AWS パーティション {partition} のものですが、{vendor} は {correct} から呼び出します。別のパーティションからロールを引き受けることはできず、IAM はそのようなプリンシパルを受け付けません。',
  'finding.wrong_partition.unknown':
    '{value} の AWS パーティション {partition} は存在しません。お客様のアカウントのパーティションは {correct} です。',
  'finding.other_principal':
    '{value} は呼び出し元のアイデンティティではありません。呼び出し元は {caller} です。',
  'finding.other_principal.unknown':
    '{value} は {vendor} のアカウントの 1 つのアイデンティティで、呼び出し元であるとは限りません。アカウントを信頼してください。アクセスは外部 ID によって制限されます。',
  'finding.wrong_action':
    '{vendor} に対するステートメントは {actions} を許可していますが、必要なアクション sts:AssumeRole を許可していません。',
  'finding.wrong_action.negated': 'NotAction により、必要なアクション sts:AssumeRole が除外されています。',
  'finding.wrong_external_id.empty': '外部 ID のリストが空のため、どの外部 ID も受け入れられません。',
  'finding.wrong_external_id.literal':
    'この演算子は値を文字どおりに比較します。ただし、ワイルドカードも安全ではありません。',
  'finding.operator_unsuited': '{operator} は文字列を比較しないため、外部 ID に一致することはありません。',

  'finding.principal_arn_mismatch':
    'aws:PrincipalArn は呼び出し元のアイデンティティ ({caller}) の ARN です。',
  'finding.principal_arn_mismatch.unknown': 'aws:PrincipalArn は呼び出し元のアイデンティティの ARN です。',
  'finding.principal_arn_mismatch.values': 'この ARN は {operator} {values} を満たしません。',
  'finding.principal_arn_mismatch.fix':
    '{vendor} に対するステートメントから aws:PrincipalArn の条件を削除してください。アクセスは外部 ID によって制限されます。',
  'finding.condition_not_met': '{vendor} は {key} の条件 {operator} を満たしません。',
  'finding.condition_not_met.typo': 'このキーは存在しません。正しいキーは "sts:ExternalId" です。',
  'finding.condition_not_met.fix':
    '{vendor} に対するステートメントから {key} の条件を削除してください。他のステートメントの条件はそのままでかまいません。',
  'finding.condition_unknown.allow':
    'このステートメントが {vendor} を許可するかどうかは {key} の条件 {operator} によって決まり、このチェックでは判断できません。',
  'finding.condition_unknown.deny':
    'この Deny が {vendor} に適用されるかどうかは {key} の条件 {operator} によって決まり、このチェックでは判断できません。',
  'finding.condition_unknown.verify':
    '接続を検証してください。{vendor} がロールを引き受けられるかどうかがわかります。',
  'finding.condition_unknown.fix':
    '引き受けられない場合は、提案されたポリシーのように、{vendor} に対するステートメントから {key} の条件を削除してください。',

  'finding.deny_hits_us.applies':
    'この Deny ステートメントは、正しい外部 ID を使っても {vendor} に適用されます。Deny はすべての Allow に優先します。',
  'finding.deny_hits_us.mayApply':
    'この Deny ステートメントは、正しい外部 ID を使っても {vendor} に適用される可能性があります。Deny はすべての Allow に優先します。',
  'finding.deny_hits_us.condition': 'このステートメントには {key} の条件があります。',
  'finding.deny_hits_us.exempt':
    'Condition に {condition} を追加して、{vendor} のアカウントを除外してください。提案されたポリシーでは、他のすべての相手への Deny を維持しています。',
  'finding.deny_hits_us.principal_removed':
    '提案されたポリシーのように、このステートメントから {vendor} のプリンシパルを削除してください。',
  'finding.deny_hits_us.statement_removed':
    'このステートメントは {vendor} だけに適用されるため、提案されたポリシーのように削除してください。',
  'finding.deny_hits_us.intended': '{vendor} を意図的に拒否している場合は、そのままにしてください。',
  'finding.not_admitted':
    'ステートメント全体では、正しい外部 ID を使っても {vendor} はロールを引き受けられません。',

  'finding.attribute_missing.session.tags':
    'AWS での {vendor} のセッションにはセッションタグがあります。AWS はセッション属性を引き受け先のすべてのロールに引き継ぎ、そのために {action} を要求します。このポリシーはそれを許可していないため、正しい外部 ID を使っても AWS はアクセスを拒否します。',
  'finding.attribute_missing.session.sourceIdentity':
    'AWS での {vendor} のセッションにはソース ID があります。AWS はセッション属性を引き受け先のすべてのロールに引き継ぎ、そのために {action} を要求します。このポリシーはそれを許可していないため、正しい外部 ID を使っても AWS はアクセスを拒否します。',
  'finding.attribute_missing.profile.tags':
    'アクセスプロファイルはセッションタグを設定し、そのために {action} が必要です。このポリシーはそれを許可していないため、ロールを検証できても使用できません。',
  'finding.attribute_missing.profile.sourceIdentity':
    'アクセスプロファイルはソース ID を設定し、そのために {action} が必要です。このポリシーはそれを許可していないため、ロールを検証できても使用できません。',
};
