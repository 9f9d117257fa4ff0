import type { TranslationOf } from '../../../../lib/message.ts';
import type { TEXT_TEXTS } from '../../../../policy-checks/findings/catalogue/text.ts';

export const text: TranslationOf<typeof TEXT_TEXTS> = {
  'syntax.position': '{line} 行目 {column} 文字目: {problem}',

  'mistake.curly_quotes': 'ワープロソフトやチャットツールが挿入する特殊な引用符があります。',
  'mistake.curly_quotes.fix': '特殊な引用符をすべて通常の引用符 " に置き換えてください。',
  'mistake.single_quotes': '一重引用符があります。JSON では二重引用符を使います。',
  'mistake.single_quotes.fix': '\' をすべて " に置き換えてください。',
  'mistake.missing_quotes': '引用符のない値またはキーがあります。',
  'mistake.missing_quotes.fix': '二重引用符で囲んでください。',
  'mistake.missing_comma': 'この前にカンマがありません。',
  'mistake.missing_comma.fix': '2 つの要素の間にカンマを挿入してください。',
  'mistake.trailing_comma': '閉じ括弧の前にカンマがあります。',
  'mistake.trailing_comma.fix': '最後の要素の後のカンマを削除してください。',
  'mistake.comment': 'コメントがあります。JSON ではコメントを使えません。',
  'mistake.comment.fix': 'コメントを削除してください。',
  'mistake.odd_space': 'ノーブレークスペースなど、JSON で使えない見えない文字があります。',
  'mistake.odd_space.fix': 'その文字をすべて削除し、必要であれば通常のスペースを入力してください。',
  'mistake.html_entities': '{value} は、Web ページのソースで文字を表す書き方です。',
  'mistake.html_entities.fix':
    'ページのソースではなく、ページに表示されたテキストをコピーしてください。JSON では文字をそのまま書きます。',
  'mistake.no_braces': 'ポリシーを囲む中括弧がありません。',
  'mistake.no_braces.fix': '中括弧で囲んでください。ポリシーは { で始まり、閉じ中括弧で終わります。',
  'mistake.leftover': 'ポリシーの終わりの後に、括弧などの記号があります。',
  'mistake.leftover.fix': '最後の } より後ろを削除してください。',
  'mistake.after_end': 'ポリシーの終わりの後に {value} があります。',
  'mistake.after_end.fix': '1 つのポリシーだけを貼り付け、最後の } の後には何も入れないでください。',
  'mistake.too_deep': 'テキストの入れ子が {value} 階層を超えています。',
  'mistake.too_deep.fix': '信頼ポリシーだけを貼り付けてください。',
  'mistake.missing_colon': '{value} の前にコロンがありません。',
  'mistake.missing_colon.fix': 'キーの後にコロンを挿入してください。',
  'mistake.missing_bracket': '{value} の前に閉じ括弧がありません。',
  'mistake.missing_bracket.fix': '開いた括弧を閉じてください。',
  'mistake.open_string': '文字列が同じ行で閉じられていません。',
  'mistake.open_string.fix': '" で閉じてください。',
  'mistake.cut_off': '最後の括弧が閉じられる前にテキストが終わっています。',
  'mistake.cut_off.fix': 'ポリシー全体をコピーしてください。最後の文字は } です。',
  'mistake.not_valid': 'ここに {value} を書くことはできません。',
  'mistake.not_valid.fix':
    'この位置の JSON を修正してください。文字列とキーは二重引用符で囲み、要素はカンマで区切ります。',
  'mistake.yaml': '有効な YAML ではありません。',
  'mistake.yaml.fix': 'この位置の YAML を修正するか、ポリシーを JSON で貼り付けてください。',

  'unreadable.empty': 'テキストが空です。',
  'unreadable.text_before': 'ポリシーの前に別のテキストがあります。ポリシーは { で始まります。',
  'unreadable.html': 'Web ページのソースであり、ページに表示されるテキストではありません。',
  'unreadable.arn': 'これは ARN で、信頼ポリシーではありません。',
  'unreadable.external_id': 'これは外部 ID で、信頼ポリシーではありません。',
  'unreadable.not_json': 'これは JSON ではありません。ポリシーは { で始まります。',
  'unreadable.language': '{language} のようですが、全体を読み取れませんでした。',
  'unreadable.yaml_alias': 'エイリアスが含まれています。',
  'unreadable.yaml_too_deep': '入れ子が深すぎます。',
  'unreadable.terraform_plan': '変更されない要素がプランで省略されています。',
  'unreadable.terraform_repeated_key': '1 つのオブジェクトに同じキーが 2 回あります。',
  'unreadable.terraform_syntax': 'このチェックが対応していない構文が含まれています。',
  'unreadable.terraform_no_policy': 'assume_role_policy が含まれていません。',
  'unreadable.expressions': 'ポリシーが式で組み立てられています。',
  'unreadable.fix':
    '信頼ポリシーを JSON で貼り付けてください。IAM コンソールでは、ロールのページの「信頼関係」に表示されます。AWS CLI を使う場合: {command}',

  'finding.repeated_key':
    'キー {key} が同じオブジェクトに 2 回あります。IAM はこれを受け付けず、ほとんどの JSON パーサーは最後の値だけを残します。',
  'finding.repeated_key.fix': '2 つの値を 1 つのキーにまとめてください。',
  'finding.several_policies':
    'テキストに {number} 件の信頼ポリシーがあり、どれが {vendor} 用か判断できません。いずれもチェックしていません。',
  'finding.several_policies.roles': 'ロール: {names}。',
  'finding.several_policies.fix': '1 つのロールの信頼ポリシーを貼り付けてください。',
  'finding.policy_too_long':
    'ポリシーは空白を除いて {size} 文字です。IAM の上限は {max} 文字です。これ以上のチェックは行っていません。',
  'finding.policy_too_long.fix': 'このロールを使用する他のプリンシパルには、別のロールを作成してください。',
  'finding.over_default_quota':
    'ポリシーは空白を除いて {size} 文字です。AWS がクォータを引き上げていない限り、アカウントの上限は {quota} 文字です。',
  'finding.over_default_quota.fix':
    'ポリシーを短くするか、Service Quotas で "Role trust policy length" の引き上げ (最大 {max}) をリクエストしてください。',
  'finding.unresolved_value': '{expression} は {tool} の式で、値は後から設定されます。',
  'finding.unresolved_value.unknown': 'このチェックではその値がわかりません。',
  'finding.unresolved_value.assumed': 'ポリシーが正しいのは、値が {value} の場合だけです。',
  'finding.unresolved_value.set': '値を {value} に設定してください。',
  'finding.template_condition.open': '{conditions}の場合、外部 ID なしでロールを引き受けることができます。',
  'finding.template_condition.open.fix': 'この場合も外部 ID を要求するか、条件を削除してください。',
  'finding.template_condition.errors':
    '{conditions}の場合、ポリシーに誤りがあります。誤りはこのリストに示しています。',
  'finding.template_condition.errors.fix': '誤りを修正するか、条件を削除してください。',
  'finding.template_condition.not_assumable':
    '{conditions}の場合、{vendor} はロールを引き受けることができません。',
  'finding.template_condition.not_assumable.fix':
    '{vendor} が使用するロールがこの場合に該当しないことを確認してください。',
  'finding.template_condition.is_true': '{name} が真',
  'finding.template_condition.is_false': '{name} が偽',
  'finding.template_conditions_untested':
    'ポリシーが多くの条件に依存しているため、一部の場合はチェックされていません。結果は、すべての条件が真である場合のものです。',
  'finding.unresolved_value.fix':
    'IAM にあるポリシーをチェックするには、次のコマンドの出力を貼り付けてください: {command}',
};
