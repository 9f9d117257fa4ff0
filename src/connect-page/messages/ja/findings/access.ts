import type { TranslationOf } from '../../../../lib/message.ts';
import type { ACCESS_TEXTS } from '../../../../policy-checks/findings/catalogue/access.ts';

export const access: TranslationOf<typeof ACCESS_TEXTS> = {
  'finding.external_id_not_demanded.allows':
    'このステートメントは {vendor} にロールの引き受けを許可していますが、sts:ExternalId の条件がありません。',
  'finding.external_id_not_demanded.intended':
    'このステートメントは {vendor} にロールの引き受けを許可するためのものですが、sts:ExternalId の条件がありません。',
  'finding.external_id_not_demanded.otherKeys': '条件は他のキーにしかありません。',
  'finding.external_id_not_demanded.risk':
    'このままでは、このロールの ARN を {vendor} に伝えた他者が、{vendor} を通じてロールにアクセスできるおそれがあります。他のステートメントの内容にかかわらず、このようなステートメントが 1 つあるだけで危険です。',
  'finding.external_id_not_demanded.identity':
    'このステートメントは、{example} など {vendor} のアカウントの他のアイデンティティを、お客様の外部 ID なしで許可しています。他のステートメントの内容にかかわらず、このロールの ARN を {vendor} に伝えた他者が、それを通じてロールにアクセスできるおそれがあります。',
  'finding.external_id_not_demanded.fix':
    '別のステートメントがすでに {vendor} を許可している場合は、このステートメントを削除してください。',
  'finding.external_id_by_deny':
    'このステートメントには、お客様の外部 ID を要求する条件がありません。要求しているのはステートメント {number} の Deny だけです。その Deny が削除されるか範囲が狭められると、ロールは誰でも使える状態になります。',
  'finding.external_id_by_deny.fix': '追加すると、{vendor} のための Deny は不要になります。',
  'finding.if_exists':
    '{operator} は外部 ID が送信された場合にだけ比較するため、外部 ID なしでもロールを引き受けることができます。',
  'finding.for_all_values':
    '{operator} は外部 ID が送信されない場合にも成立するため、外部 ID なしでもロールを引き受けることができます。',
  'finding.negated_operator':
    '{operator} は、指定した外部 ID を除くすべての外部 ID と、外部 ID のないリクエストを受け入れます。',
  'finding.negated_operator.denies':
    '{operator} は、指定した外部 ID を拒否し、それ以外をすべて受け入れます。逆にする必要があります。',
  'finding.null_condition.denies':
    '{operator} が {vendor} を許可するのは外部 ID が送信されない場合だけですが、お客様の外部 ID は常に送信されます。',
  'finding.null_condition.missing':
    '{operator} "true" は外部 ID が送信されないことを要求するため、外部 ID なしでロールを引き受けることができます。',
  'finding.null_condition.any':
    '{operator} "false" は何らかの外部 ID が送信されることだけを要求するため、どの値でも受け入れられます。',
  'finding.case_ignored':
    '{operator} は大文字と小文字を区別しません。外部 ID では大文字と小文字が区別されるため、完全に一致するように比較してください。',
  'finding.wildcard':
    '{operator} に {pattern} を指定すると、お客様の外部 ID 以外にも一致します。次の場合にもロールを引き受けることができます: {example}。',
  'finding.wildcard.withId': '{externalId} を使用',
  'finding.variable':
    '{value} はポリシー変数です。値はリクエストから取得されるため、送信された任意の外部 ID が一致する可能性があります。',
  'finding.variable.denies': '{value} はポリシー変数ですが、リクエストに一致する値がありません。',
  'finding.variable.plainText':
    'ポリシーの Version が 2012-10-17 ではないため、{value} はここでは単なるテキストです。',
  'finding.opens_without_right_id':
    'ステートメント全体では、次の場合にもロールを引き受けることができます: {example}。',
  'finding.wildcard_principal': 'プリンシパル "*" は、すべての AWS アカウントを信頼します。',
  'finding.wildcard_principal.conditions': '{keys} の条件では、呼び出し元が誰のものかを判断できません。',
  'finding.wildcard_principal.risk':
    '外部 ID は秘密ではありません。外部 ID を知っていれば、{vendor} を介さずに誰でも直接ロールを引き受けることができます。',
  'finding.retired_external_id.harmless': '今後使用も発行もされないため、害はありませんが効果もありません。',
  'finding.retired_external_id.fix': 'リストから {value} を削除してください。',
  'finding.other_external_id': '別の外部 ID でもロールを引き受けることができます。',
  'finding.other_external_id.listed': 'リストには {value} も含まれています。',
  'finding.other_external_id.risk':
    'これが {vendor} の別のお客様のものである場合、そのお客様は {vendor} を通じてこのロールにアクセスできます。',
  'finding.other_external_id.fix':
    '2 つ目のワークスペースなど、これもお客様のものである場合を除き、{value} を削除してください。',
};
