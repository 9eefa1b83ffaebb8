const script = 'window.pwned=1'

/** Names, reasons and ids as an attacker would choose them. */
export const hostile: readonly string[] = [
  `<script>${script}</script>`,
  `<img src=x onerror="${script}">`,
  `"><svg onload=${script}>`,
  `' autofocus onfocus='${script}`,
  '</bdi></h2></div><h1>Done</h1>',
  '<style>*{display:none}</style>',
  `<iframe src="javascript:parent.${script}"></iframe>`,
  `<a href="javascript:${script}">log out</a>`,
  `javascript:${script}//`,
  `data:text/html,<script>${script}</script>`,
  '&lt;b&gt;&#60;i&#62;&amp;&quot;',
  `{{constructor.constructor("${script}")()}}`,
  `\`$\{${script}}\``,
  '<!--',
  ']]><![CDATA[<b>',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '"},"everything":true,"x":{"y":"',
  "'; DROP TABLE marks; --",
  '../../../../etc/passwd',
  '?after=1&wait=20#many',
  '%3Cscript%3E%00%0d%0aSet-Cookie:%20role=admin',
  'a\r\nSet-Cookie: role=admin\r\n\r\n<b>',
  'a\u0000b\u0007\u0008c',
  '\u001B[31mred\u001B]0;title\u0007',
  '\u202Enimda\u202C',
  '\u2066ada\u2069\u200F\u061C',
  'a\u200Bd\u200Da\uFEFF\u00AD',
  'ada\u00A0\u2003\u3000\u3164',
  ' ada ',
  'ada\u{E0061}\u{E0064}\u{E006D}\uE000',
  'ada\uFE0F\u{E0100}\u180B\u17B4',
  '\u2800ada\u{1D159}\u034F\uFFA0',
  `a${'\u0301\u0335\u0489'.repeat(300)}`,
  '\uFDFA'.repeat(300),
  '😀👨‍👩‍👧‍👦🏴‍☠️',
  '\uD800ada',
  `${'<b>'.repeat(3_413)}x`,
  'a'.repeat(10_240),
]

/** Whether core takes it as an id: well-formed, and of up to 1,024 UTF-16 code units. */
export const isId = (text: string): boolean => text.isWellFormed() && text.length <= 1_024

/** Whether core takes it as a reason. */
export const isReason = (text: string): boolean => text.isWellFormed() && text.length <= 64
