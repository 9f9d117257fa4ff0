import type { TranslationOf } from '../../../../lib/message.ts';
import type { GRAMMAR_TEXTS } from '../../../../policy-checks/findings/catalogue/grammar-texts.ts';

export const grammar: TranslationOf<typeof GRAMMAR_TEXTS> = {
  'finding.correctName': '正しい名前は {name} です。',
  'finding.correctKey': '正しいキーは {key} です。',
  'finding.not_a_trust_policy':
    'このステートメントには Resource があり、Principal がありません。そのため、ロールに何ができるかを定めるアクセス許可ポリシーのものです。信頼ポリシーは、誰がロールを引き受けられるかを定めます。',
  'finding.not_a_trust_policy.fix':
    'IAM コンソールでロールの「信頼関係」に表示されるポリシーを貼り付けてください。',

  'malformed.no_statement': 'ポリシーにステートメントがないため、誰もロールを引き受けられません。',
  'malformed.no_statement.fix': '提案されたポリシーを使用してください。',
  'malformed.statements_only': 'ステートメントだけで、それを囲むポリシーがありません。',
  'malformed.statements_only.fix': 'ポリシーは {policy} の形式です。',
  'malformed.not_a_policy':
    'JSON ですが、信頼ポリシーではありません。ポリシーには "Version" と "Statement" があります。',
  'malformed.not_a_policy.fix': 'ポリシーは {policy} の形式です。',
  'malformed.id': 'Id が文字列ではありません。',
  'malformed.id.fix': '二重引用符で囲むか、削除してください。',
  'malformed.effect_missing': 'ステートメントに Effect がありません。',
  'malformed.effect_missing.fix':
    'Effect には "Allow" または "Deny" を、このつづりのとおりに記述してください。',
  'malformed.effect': '{value} は Effect の有効な値ではありません。',
  'malformed.effect.fix': 'Effect には "Allow" または "Deny" を、このつづりのとおりに記述してください。',
  'malformed.statement': 'ステートメントがオブジェクトではないか、Action と NotAction の両方があります。',
  'malformed.statement.fix': 'ステートメントを修正するか、削除してください。',
  'malformed.no_action': '{value} にアクションが指定されていません。',
  'malformed.no_action.fix': '"sts:AssumeRole" など、少なくとも 1 つのアクションを指定してください。',
  'malformed.operators': 'Condition が演算子のオブジェクトではありません。',
  'malformed.operators.fix': 'Condition の中に {condition} と記述してください。',
  'malformed.keys': '{value} が条件キーのオブジェクトではありません。',
  'malformed.keys.fix': 'Condition の中に {condition} と記述してください。',
  'malformed.condition_value': '{value} に文字列ではない値があります。',
  'malformed.condition_value.fix': '1 つの文字列、または入れ子のない文字列のリストを記述してください。',
  'malformed.other': '{value} は IAM ポリシー言語の文法に従っていません。',
  'malformed.other.fix': 'この部分を修正するか、ステートメントを削除してください。',

  'finding.version_invalid': 'Version {version} は存在しません。',
  'finding.version_invalid.date':
    'これは変更日ではなく、ポリシー言語の 2 つのバージョンのいずれかを示します。',
  'finding.version_old.missing':
    'ポリシーに Version がないため、IAM は古いポリシー言語を使用します。古い言語では、{variable} のような変数は単なるテキストです。',
  'finding.version_old':
    'Version が "2008-10-17" のため、IAM は古いポリシー言語を使用します。古い言語では、{variable} のような変数は単なるテキストです。',
  'finding.version_old.fix':
    '次にポリシーを変更するときに {version} と記述し、ポリシー内のすべての変数を見直してください。',
  'finding.unknown_element.policy': 'ポリシーに {element} という要素はありません。',
  'finding.unknown_element.statement': 'ステートメントに {element} という要素はありません。',
  'finding.unknown_element.inside':
    '{element} がステートメントの外にありますが、ステートメントの中に必要です。',
  'finding.unknown_element.move': '{element} を、適用先のステートメントの中に移動してください。',
  'finding.resource_element':
    '信頼ポリシーではロール自体がリソースであるため、{element} は使えません。IAM はこれを受け付けません。',
  'finding.sid_invalid.repeated':
    '2 つのステートメントに同じ Sid {sid} があります。IAM はこれを受け付けません。',
  'finding.sid_invalid.repeated.fix': 'ステートメントごとに異なる Sid を付けるか、Sid を削除してください。',
  'finding.sid_invalid':
    'Sid {sid} に英数字以外の文字が含まれています。信頼ポリシーでは、IAM はこれを受け付けません。',
  'finding.sid_invalid.fix': '英数字だけを使用するか、Sid を削除してください。',
  'finding.unknown_operator': '条件演算子 {operator} は存在しないため、IAM はこれを受け付けません。',
  'finding.unknown_operator.intended': '{name} の誤りと思われます。',
  'finding.unknown_operator.fix': '"StringEquals" など、IAM ポリシー言語の演算子を記述してください。',
  'finding.unknown_operator.key':
    '{operator} が Condition の直下にあります。演算子の中に記述する必要があります。',
  'finding.condition_key_invalid': '{key} は条件キーではありません。',
  'finding.condition_key_invalid.prefix': 'キーはサービス名とコロンで始まります。',
  'finding.condition_key_invalid.fix':
    '"sts:ExternalId" や "aws:PrincipalArn" のように、完全なキーを記述してください。',

  'finding.not_principal.named': '指定されたプリンシパル',
  'finding.not_principal.allow':
    'Allow の NotPrincipal は、AWS で {values} を除くすべての相手を信頼します。信頼ポリシーでは、IAM はこれを受け付けません。',
  'finding.not_principal.allow.fix':
    'ロールを引き受けられるプリンシパルを指定してください。{vendor} には {principal} と記述してください。',
  'finding.not_principal.deny':
    'この Deny は、{values} を除くすべての相手を拒否するためのものです。信頼ポリシーの NotPrincipal を IAM は受け付けないため、このままでは誰も拒否されません。',
  'finding.not_principal.rewritten':
    '提案されたポリシーのように、Principal "*" に対する Deny に、同じプリンシパルを除外する条件を記述してください。これにより、本来のとおり他のすべての相手が拒否されます。',
  'finding.not_principal.deny.fix':
    'Principal "*" に対する Deny に、同じプリンシパルを除外する aws:PrincipalArn と aws:PrincipalAccount の条件を記述してください。この Deny がないと、拒否すべき相手が他のステートメントによってアクセスできます。',

  'finding.principal_invalid': 'IAM はプリンシパル {value} を受け付けません。',
  'finding.principal_invalid.missing':
    'ステートメントに Principal がないため、誰がロールを引き受けられるかが定められていません。',
  'finding.principal_invalid.fix': '{vendor} を指定する場合は、{principal} と記述してください。',
  'principal.no_type': '"AWS" などのタイプを持つオブジェクトにする必要があります。',
  'principal.unknown_type': 'この名前のプリンシパルのタイプはありません。',
  'principal.number': 'アカウント ID は 0 で始まることがあるため、引用符で囲んだ文字列にします。',
  'principal.group_id': 'これはグループの一意の ID です。グループはロールを引き受けられません。',
  'principal.instance_profile_id':
    'これはインスタンスプロファイルの一意の ID です。インスタンスプロファイルはロールを引き受けられません。',
  'principal.access_key_id': 'これはアクセスキー ID です。アクセスキーはロールを引き受けられません。',
  'principal.digits': 'アカウント ID は 12 桁です。',
  'principal.hyphens': 'アカウント ID にハイフンはありません。',
  'principal.wildcard': 'プリンシパルの ARN にワイルドカードは使えません。',
  'principal.group': 'グループはロールを引き受けられません。',
  'principal.account_arn': 'アカウントの ARN は {example} の形式です。',
  'finding.deleted_principal.role': '{id} は、削除されたロールの一意の ID です。',
  'finding.deleted_principal.user': '{id} は、削除されたユーザーの一意の ID です。',
  'finding.deleted_principal.allow':
    'これでは誰も許可されません。同じ名前で新しく作成されたものも許可されません。また、ポリシーを再び保存するときに IAM はこれを受け付けません。',
  'finding.deleted_principal.deny':
    'これでは誰も拒否されません。同じ名前で新しく作成されたものも拒否されません。また、ポリシーを再び保存するときに IAM はこれを受け付けません。',
  'finding.deleted_principal.fix':
    '削除してください。同じロールまたはユーザーが再び存在する場合は、その ARN を記述してください。',
  'finding.action_invalid': '{action} は信頼ポリシーで使えるアクションではありません。',
  'finding.action_invalid.missing': 'ステートメントに Action がありません。',
  'finding.action_invalid.onlySts': '信頼ポリシーに指定できるのは STS のアクションだけです。',
  'finding.action_invalid.prefix': '正しい名前は、サービスのプレフィックスが付いた {name} です。',
};
