" SegQL. Generated from segql.lark by `make grammar`. Do not edit.

if exists('b:current_syntax')
  finish
endif

syntax case match
syntax iskeyword 48-57,65-90,95,97-122,170,178-179,181,185-186,188-190,192-214,216-246,248-255

" Where several match at one place, Vim takes the one that was defined last.
syntax match segqlPunctuation ;\v%([\](),:[{}]);
syntax match segqlOperator ;\v%(%(\!\=|\<\=|\>\=|[*+/<=>\-]));
syntax match segqlUnclosed ;\v%(%(\'[^'\r\n]*|\"[^"\r\n]*|\`[^`\r\n]*));
syntax match segqlString ;\v%(%(\'%([^'\r\n]|\'\')*\'|\"%([^"\r\n]|\"\")*\"));
syntax match segqlParameter ;\v%(\$%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*);
syntax match segqlName ;\v%(%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*));
syntax match segqlDeclaration ;\v%(%(zone|use)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!);
syntax match segqlDeclaration ;\v%(test%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!); nextgroup=segqlNameAfter skipwhite skipempty
syntax match segqlConstant ;\v%(missing%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\](*+/:<=>[\-]))@!);
syntax match segqlKeyword ;\v%(mi%(croseconds|lliseconds)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\](*+,/:<=>[{}\-]))@!);
syntax match segqlKeyword ;\v%(json%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\])*+,/:<=>[{}\-]))@!);
syntax match segqlWordOperator ;\v%(in%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[}\-]))@!);
syntax match segqlConstant ;\v%(%(false|true)%(%(\k|[^\x01-\xff])|[ \t]*[\](:[])@!);
syntax match segqlKeyword ;\v%(ever%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\](*+,/:<=>[\-]))@!);
syntax match segqlType ;\v%(%(epoch|enum|list)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\])*+,/:<=>[{}\-]))@!);
syntax match segqlWordOperator ;\v%(%(starts|ends|is)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!);
syntax match segqlKeyword ;\v%(distinct%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]*+,/:<=>[{}]))@!);
syntax match segqlDeclaration ;\v%(%(retention|explore|segment|define|funnel|source|param|paths|table)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!); nextgroup=segqlDeclaredAfter skipwhite skipempty
syntax match segqlKeyword ;\v%(%(quarters|minutes|quarter|seconds|minute|months|second|hours|month|weeks|years|days|hour|week|year|day)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\](*+/:<=>[\-]))@!);
syntax match segqlKeyword ;\v%(%(where|node|by)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\])*+,/:<=>[{}]))@!);
syntax match segqlType ;\v%(%(timestamptz|timestamp|boolean|decimal|integer|float|date|text)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\](*+,/:<>[{\-]))@!);
syntax match segqlKeyword ;\v%(%(converted|calendar|collapse|directly|optional|previous|dropped|exactly|pending|before|during|layout|within|depth|every|first|least|since|start|valid|file|from|last|most|then|this|time|end|for|top|at|of|on|to)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!);
syntax match segqlKeyword ;\v%(%(unique|desc|step|asc)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+/:<=>[{\-]))@!);
syntax match segqlKeyword ;\v%(%(measure|event|field|as)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!); nextgroup=segqlDeclaredAfter skipwhite skipempty
syntax match segqlWordOperator ;\v%(%(contains|matches|like|with|and|not|or)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\])*+,/:<=>[{}]))@!);
syntax match segqlKeyword ;\v%(%(without|return|among|given|never|join|same|sort|did|key|via)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{}\-]))@!); nextgroup=segqlNameAfter skipwhite skipempty
syntax match segqlKeyword ;\v%(%(order|steps|none|all|any|out)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[}\-]))@!);
syntax match segqlKeyword ;\v%(ago%(%(\k|[^\x01-\xff])|[ \t]*[\](:[])@!);
syntax match segqlKeyword ;\v%(%(convert|repeats|nested|totals|after|other|times|flat)%(%(\k|[^\x01-\xff])|[ \t]*%(\!\=|\<\=|\>\=|[\]()*+,/:<=>[{\-]))@!);
syntax match segqlName ;\v%(%(\.%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*))+);
syntax match segqlComment ;\v%(\#[^\r\n]*);
syntax match segqlFunction ;\v%(%(%(not|and|or|where|by|node|distinct|like|contains|with|matches)\()@!%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*%(\()@=);
syntax match segqlType ;\v%(list%(\()@=);
syntax match segqlKeyword ;\v%(json%(\()@=);
syntax match segqlType ;\v%(epoch%(\()@=);
syntax match segqlType ;\v%(enum%(\()@=);
syntax match segqlName ;\v%(%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*)%(\.%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*))+);
syntax match segqlNumber ;\v%([0-9]+%(_[0-9]+)*%(\.[0-9]+)=);
syntax match segqlDate ;\v%([0-9]{4}\-[0-9]{2}\-[0-9]{2});
syntax match segqlDate ;\v%([0-9]{4}\-[0-9]{2}\-[0-9]{2}T[0-9]{2}\:[0-9]{2}%(\:[0-9]{2}%(\.[0-9]{1,6})=)=%(Z|[+\-][0-9]{2}\:[0-9]{2})=);
syntax match segqlWordOperator ;\v%(not[ \t]+in%(%(\k|[^\x01-\xff])|\.)@!);
syntax match segqlWordOperator ;\v%(in%([ \t]*\()@=);
syntax match segqlWordOperator ;\v%(not[ \t]+in%([ \t]*\()@=);
syntax match segqlDoc ;\v%(\#\#[^\r\n]*);

" Names that must follow a word, whatever else they might be.
syntax match segqlNameAfter ;\v%(^%(define|explore|funnel|param|paths|retention|segment|source|table|test|use|zone)%(%(\k|[^\x01-\xff]))@!)@!%(%(%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*)%(\.%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*))+|\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*)); contained
syntax match segqlDeclaredAfter ;\v%(^%(define|explore|funnel|param|paths|retention|segment|source|table|test|use|zone)%(%(\k|[^\x01-\xff]))@!)@!%(%(%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*)%(\.%(\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*))+|\`[^`\r\n]+\`|%(\d@!\k|[^\x01-\xff])%(\k|[^\x01-\xff])*)); contained

highlight default link segqlDoc SpecialComment
highlight default link segqlComment Comment
highlight default link segqlString String
highlight default link segqlDate Number
highlight default link segqlNumber Number
highlight default link segqlParameter PreProc
highlight default link segqlFunction Function
highlight default link segqlDeclaration Structure
highlight default link segqlKeyword Statement
highlight default link segqlType Type
highlight default link segqlConstant Constant
highlight default link segqlWordOperator Keyword
highlight default link segqlOperator Operator
highlight default link segqlPunctuation Delimiter
highlight default link segqlName Normal
highlight default link segqlDeclared Identifier
highlight default link segqlUnclosed Error
highlight default link segqlNameAfter segqlName
highlight default link segqlDeclaredAfter segqlDeclared

let b:current_syntax = 'segql'
