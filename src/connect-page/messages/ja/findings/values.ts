import type { TranslationOf } from '../../../../lib/message.ts';
import type { COMMON_TEXTS } from '../../../../policy-checks/findings/catalogue/define.ts';
import type { VALUE_TEXTS } from '../../../../policy-checks/findings/catalogue/values.ts';
import type { UNMET_KEY_TEXTS } from '../../../../policy-checks/findings/unmet-key.ts';

export const values: TranslationOf<typeof COMMON_TEXTS & typeof VALUE_TEXTS & typeof UNMET_KEY_TEXTS> = {
  'fix.ownStatement':
    'このステートメントは他のプリンシパルも信頼しています。それらに影響しないように、まず {vendor} のプリンシパルを別のステートメントに移してください。',
  'fix.write': '{value} と記述してください。',
  'fix.replace': '{value} に置き換えてください。',
  'fix.remove': '{value} を削除してください。',
  'fix.addCondition': 'このステートメントに次の Condition を追加してください: {condition}。',
  'fix.addToCondition': 'このステートメントの Condition に次を追加してください: {condition}。',
  'fix.useSuggestedPolicy': '提案されたポリシーを使用してください。',
  'fix.principalOfDeny':
    'ステートメントで拒否するプリンシパルを記述してください。記述しないと、拒否の範囲が意図より狭くなります。',
  'finding.vendorSends': '{vendor} は{ids}を送信するため、AWS はリクエストを拒否します。',
  'finding.vendorRole': '{vendor} のロール {role}',

  'value.oddCharacters': 'この値には次の文字が含まれています: {characters}。',
  'character.tab': 'タブ ({code})',
  'character.line_break': '改行 ({code})',
  'character.space': 'スペース ({code})',
  'character.unusual_space': '特殊なスペース ({code})',
  'character.invisible': '見えない文字 ({code})',
  'character.dash': '特殊なハイフンまたはダッシュ ({code})',
  'character.quotation_mark': '特殊な引用符 ({code})',
  'character.other': '文字 {character} ({code})',

  'externalId.retired': '{value} はお客様の以前の外部 ID で、すでに置き換えられています。',
  'externalId.placeholder': '{value} はプレースホルダーのようです。',
  'externalId.other': '{value} はお客様に発行された外部 ID ではありません。',
  'typo.white_space': '{value} はお客様の外部 ID ですが、前後に空白があります。',
  'typo.upper_case': '{value} はお客様の外部 ID を大文字にしたものですが、大文字と小文字は区別されます。',
  'typo.odd_characters': '{value} はお客様の外部 ID ですが、次の文字が含まれています: {characters}。',
  'typo.no_hyphens': '{value} はお客様の外部 ID ですが、ハイフンがありません。',
  'typo.quotation_marks': '{value} はお客様の外部 ID ですが、値の中に引用符があります。',
  'typo.brackets': '{value} はお客様の外部 ID ですが、括弧で囲まれています。',
  'typo.punctuation': '{value} はお客様の外部 ID ですが、記号が異なります。',
  'typo.beginning': '{value} はお客様の外部 ID の先頭部分だけです。',
  'typo.additional_text': '{value} はお客様の外部 ID ですが、前後に余分なテキストがあります。',
  'typo.characters_differ': { other: '{value} はお客様の外部 ID と {count} 文字だけ異なります。' },

  'key.ip': 'この条件は呼び出し元の IP アドレスに依存し、IP アドレスは予告なく変わることがあります。',
  'key.network': 'この条件は呼び出し元のネットワークに依存し、それはお客様のネットワークではありません。',
  'key.mfa': '呼び出すのはサービスで、MFA コードを入力する人はいません。',
  'key.organization': '呼び出し元のアカウントは、お客様の AWS 組織に属していません。',
  'key.source':
    'AWS がこのキーを設定するのは、AWS 自身のサービスが呼び出す場合だけです。ここでは、外部 ID が同じ保護を提供します。',
  'key.account': 'この条件には、呼び出し元のアカウントを指定する必要があります。',
  'key.identity': 'この条件は、アカウントのどのアイデンティティが呼び出すかと、その ARN のパスに依存します。',
  'key.roleTags': 'この条件は呼び出し元のロールのタグに依存し、タグは変わることがあります。',
  'key.sessionTags': 'この条件は、常に送信されるとは限らないセッションタグに依存します。',
  'key.sessionName': 'この条件はセッション名に依存し、セッション名は呼び出しごとに異なります。',
  'key.sourceIdentity': 'この条件は、常に送信されるとは限らないソース ID に依存します。',
  'key.time': 'この条件は特定の時間だけアクセスを許可し、現在はその時間ではありません。',
  'key.region': 'この条件は、呼び出されるリージョンとは別のリージョンを指定しています。',
  'key.userAgent':
    'この条件は呼び出し元のユーザーエージェントに依存し、それは秘密ではなく、変わることがあります。',
  'key.userId': 'この条件は呼び出し元の内部的な識別子に依存し、それは変わることがあります。',
  'key.services': 'この条件を満たすのは AWS のサービスだけです。',
  'key.otherCaller':
    'このキーは、ID プロバイダーなど別の種類の呼び出し元のためのものです。AWS アカウントからの呼び出しには含まれません。',
  'key.other': 'リクエストにこのキーがないか、キーの値が異なります。',
};
