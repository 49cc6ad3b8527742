// Generated from segql.lark and treesitter.c by `make grammar`. Do not edit.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// ---------------------------------------------------------------- what tree-sitter asks for

enum { END = 0, ERROR_STATE = 0 };

typedef uint16_t Symbol;
typedef uint16_t State;

typedef struct { bool visible, named, supertype; } Metadata;
typedef struct { uint16_t lex_state, external_lex_state; } Mode;

typedef struct Lexer Lexer;
struct Lexer {
  int32_t lookahead;
  Symbol found;
  void (*advance)(Lexer *, bool);
  void (*mark_end)(Lexer *);
  uint32_t (*get_column)(Lexer *);
  bool (*is_at_included_range_start)(const Lexer *);
  bool (*eof)(const Lexer *);
};

typedef union {
  struct { uint8_t type; State state; bool extra, repetition; } shift;
  struct { uint8_t type, count; Symbol symbol; int16_t precedence; uint16_t production; } reduce;
  uint8_t type;
} Action;
typedef union { Action action; struct { uint8_t count; bool reusable; } entry; } Entry;

typedef struct {
  uint32_t version, symbols, aliases, tokens, external_tokens, states, large_states, productions, fields;
  uint16_t longest_alias;
  const uint16_t *parse_table, *small_table;
  const uint32_t *small_table_map;
  const Entry *actions;
  const char *const *names, *const *field_names;
  const void *field_slices, *field_entries;
  const Metadata *metadata;
  const Symbol *public_symbols;
  const uint16_t *alias_map;
  const Symbol *alias_sequences;
  const Mode *modes;
  bool (*lex)(Lexer *, State);
  bool (*lex_keywords)(Lexer *, State);
  Symbol keyword_token;
  struct {
    const bool *states;
    const Symbol *symbols;
    void *(*create)(void);
    void (*destroy)(void *);
    bool (*scan)(void *, Lexer *, const bool *);
    unsigned (*serialize)(void *, char *);
    void (*deserialize)(void *, const char *, unsigned);
  } external;
  const State *primary_states;
} Language;

enum { SHIFT = 0, REDUCE = 1, ACCEPT = 2, RECOVER = 3 };
#define S(to) {.entry = {.count = 1}}, {.action.shift = {.type = SHIFT, .state = to}}
#define R(made, length) {.entry = {.count = 1}}, {.action.reduce = {.type = REDUCE, .symbol = made, .count = length}}
#define EXTRA {.entry = {.count = 1, .reusable = true}}, {.action.shift = {.type = SHIFT, .extra = true}}
#define DONE {.entry = {.count = 1}}, {.action.type = ACCEPT}
#define LOST {.entry = {.count = 1}}, {.action.type = RECOVER}

// ---------------------------------------------------------------- the tables of Lark

TABLES

// ---------------------------------------------------------------- the scanner

static bool among(const int32_t (*ranges)[2], int count, int32_t c) {
  int low = 0, high = count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (ranges[middle][1] < c) low = middle + 1; else high = middle;
  }
  return low < count && ranges[low][0] <= c;
}

static bool digit(int32_t c) { return '0' <= c && c <= '9'; }
static bool word(int32_t c) {
  if (c < 128) return c == '_' || digit(c) || ('a' <= (c | 32) && (c | 32) <= 'z');
  return among(letters, LETTERS, c);
}
static bool first(int32_t c) { return word(c) && !digit(c) && !(c >= 128 && among(digits, DIGITS, c)); }
static bool line_end(int32_t c) { return c == '\r' || c == '\n'; }

static void next(Lexer *l) { l->advance(l, false); }
static bool take(Lexer *l, int32_t c) {
  if (l->lookahead != c || l->eof(l)) return false;
  next(l);
  return true;
}
static bool take_digits(Lexer *l, int count) {
  while (count-- > 0) {
    if (!digit(l->lookahead)) return false;
    next(l);
  }
  return true;
}

static bool ends(Lexer *l, Symbol found) {
  l->mark_end(l);
  l->found = found;
  return true;
}

// A number; or a date, and maybe its time, which go on where a number of four digits ends.
static bool number(Lexer *l) {
  int count = 0;
  for (; digit(l->lookahead); count++) next(l);
  ends(l, NUMBER_);
  if (count == 4 && l->lookahead == '-') {
    next(l);
    if (!(take_digits(l, 2) && take(l, '-') && take_digits(l, 2))) return true;
    ends(l, DATE_);
    if (!(take(l, 'T') && take_digits(l, 2) && take(l, ':') && take_digits(l, 2))) return true;
    ends(l, TIMESTAMP_);
    if (take(l, ':')) {
      if (!take_digits(l, 2)) return true;
      l->mark_end(l);
      if (take(l, '.')) {
        if (!digit(l->lookahead)) return true;
        for (int n = 0; n < 6 && digit(l->lookahead); n++) next(l);
        l->mark_end(l);
      }
    }
    if (take(l, 'Z')) return ends(l, TIMESTAMP_);
    if ((take(l, '+') || take(l, '-')) && take_digits(l, 2) && take(l, ':') && take_digits(l, 2)) l->mark_end(l);
    return true;
  }
  while (take(l, '_')) {
    if (!digit(l->lookahead)) return true;
    while (digit(l->lookahead)) next(l);
    l->mark_end(l);
  }
  if (take(l, '.') && digit(l->lookahead)) {
    while (digit(l->lookahead)) next(l);
    l->mark_end(l);
  }
  return true;
}

// Two quotes that follow one another stand for one.
static bool string(Lexer *l, int32_t quote) {
  for (next(l); !l->eof(l) && !line_end(l->lookahead);) {
    bool closes = l->lookahead == quote;
    next(l);
    if (closes && l->lookahead != quote) return ends(l, STRING_);
    if (closes) next(l);
  }
  return false;
}

// A part of a name. The letters of a plain one are kept as far as a word of the language could have them.
static bool part(Lexer *l, char *kept) {
  int count = 0;
  if (take(l, '`')) {
    for (; !l->eof(l) && !line_end(l->lookahead) && l->lookahead != '`'; count++) next(l);
    return count > 0 && take(l, '`');
  }
  if (!first(l->lookahead)) return false;
  for (; word(l->lookahead); count++) {
    if (kept && count < LONGEST) kept[count] = l->lookahead < 128 ? (char)l->lookahead : '?';
    next(l);
  }
  if (kept) kept[count <= LONGEST ? count : 0] = 0;
  return true;
}

static void blanks(Lexer *l) {
  while (l->lookahead == ' ' || l->lookahead == '\t') next(l);
}

static bool valid(State state, Symbol symbol) { return table[state][symbol] != 0; }

// The first terminal that a word may be and that the parser can take; a name, if it can take none of them.
static Symbol meant(State state, const char *text, bool calls) {
  const Symbol *may = NULL;
  for (int n = 0; n < WORDS; n++)
    if (strcmp(words[n].text, text) == 0) {
      may = words[n].terminals;
      calls = calls && words[n].calls;
    }
  if (calls && valid(state, CALL_)) return CALL_;
  for (; may && *may; may++)
    if (valid(state, *may)) return *may;
  return NAME_;
}

static bool name(Lexer *l, State state) {
  char text[LONGEST + 1] = "", other[LONGEST + 1] = "";
  bool plain = l->lookahead != '`';
  if (!part(l, text)) return false;
  ends(l, NAME_);
  if (l->lookahead == '.') {
    while (take(l, '.') && part(l, NULL)) ends(l, PATH_);
    if (l->found == PATH_) return true;
  }
  if (!plain) return true;
  l->found = meant(state, text, l->lookahead == '(');
  if (strcmp(text, "in") == 0) {
    blanks(l);
    if (l->lookahead == '(') l->found = IN_LIST_;
  }
  if (strcmp(text, "not") == 0 && (l->lookahead == ' ' || l->lookahead == '\t')) {
    blanks(l);
    if (!part(l, other) || strcmp(other, "in") != 0 || l->lookahead == '.') return true;
    l->mark_end(l);
    l->found = NOT_IN_;
    blanks(l);
    if (l->lookahead == '(') l->found = NOT_IN_LIST_;
  }
  return true;
}

static bool inside(Lexer *l) {
  bool found = false;
  while (take(l, '.') && part(l, NULL)) found = ends(l, INSIDE_);
  return found;
}

static bool mark(Lexer *l, State state) {
  int32_t c = l->lookahead;
  next(l);
  bool longer = l->lookahead == '=' && (c == '!' || c == '<' || c == '>');
  if (longer) next(l);
  for (int n = 0; n < MARKS; n++)
    if (marks[n].text[0] == c && marks[n].longer == longer && valid(state, marks[n].terminal))
      return ends(l, marks[n].terminal);
  return false;
}

static bool lex(Lexer *l, State state) {
  for (int32_t c = l->lookahead; c == ' ' || c == '\t' || c == '\f' || line_end(c) || c == 0xFEFF; c = l->lookahead)
    l->advance(l, true);
  if (l->eof(l)) return ends(l, END);
  int32_t c = l->lookahead;
  if (c == '#') {
    while (!l->eof(l) && !line_end(l->lookahead)) next(l);
    return ends(l, COMMENT_);
  }
  if (digit(c)) return number(l);
  if (c == '.') return inside(l);
  if (c == '\'' || c == '"') return string(l, c);
  if (c == '$') {
    next(l);
    return part(l, NULL) && ends(l, PARAMETER_);
  }
  return c == '`' || first(c) ? name(l, state) : mark(l, state);
}

#ifdef _WIN32
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
const Language *tree_sitter_segql(void) {
  static const Language language = {
    .version = 14, .symbols = SYMBOLS, .tokens = TOKENS, .states = STATES, .large_states = STATES, .productions = 1,
    .parse_table = &table[0][0], .actions = actions, .names = names, .metadata = metadata,
    .public_symbols = public_symbols, .alias_map = no_alias, .alias_sequences = no_alias, .modes = modes, .lex = lex,
    .primary_states = primary_states,
  };
  return &language;
}
