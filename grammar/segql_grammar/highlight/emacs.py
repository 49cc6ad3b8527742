"""A major mode for Emacs, with what eglot needs to know."""

from __future__ import annotations

from segql_grammar.highlight.lexicon import Kind, Lexicon, Rule
from segql_grammar.highlight.regex import EMACS, parts, written

FACES: dict[Kind, str] = {
    "doc": "font-lock-doc-face",
    "comment": "font-lock-comment-face",
    "string": "font-lock-string-face",
    "date": "font-lock-constant-face",
    "number": "font-lock-constant-face",
    "parameter": "font-lock-preprocessor-face",
    "function": "font-lock-builtin-face",
    "declaration": "font-lock-keyword-face",
    "keyword": "font-lock-keyword-face",
    "type": "font-lock-type-face",
    "constant": "font-lock-constant-face",
    "word operator": "font-lock-keyword-face",
    "operator": "default",
    "punctuation": "default",
    "name": "default",
    "declared": "font-lock-variable-name-face",
    "unclosed": "font-lock-warning-face",
}

_FILE = """\
;;; segql-mode.el --- Segments of users, compiled to SQL  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages

;;; Commentary:

;; Generated from segql.lark by `make grammar'.  Do not edit.
;;
;; Colors for files that end in .seg, and the command of the language server for eglot:
;;   (require 'segql-mode)
;;   (add-hook 'segql-mode-hook #'eglot-ensure)

;;; Code:

(defconst segql--rules
  '(
%(rules)s
    )
  "What a token is: its face, what it must not begin with, its pattern,
what must follow, what must not follow, and the face of a name that does.")

(defconst segql--name "%(name)s")
(defconst segql--declaration "^%(declaration)s")

(defvar segql--then nil
  "The face of the name that must come next.")

(defun segql--fits (rule)
  "Whether RULE fits at point.  The match is that of its pattern."
  (pcase-let ((`(,_ ,refused ,pattern ,ahead ,not-ahead ,_) rule))
    (and (looking-at pattern)
         (not (and refused (save-match-data (looking-at-p refused))))
         (save-excursion
           (goto-char (match-end 0))
           (and (or (not ahead) (looking-at-p ahead))
                (not (and not-ahead (looking-at-p not-ahead))))))))

(defun segql--next (limit)
  "Find the next token before LIMIT that has a face."
  (when (bolp) (setq segql--then nil))
  (let (face)
    (while (and (not face) (< (point) limit))
      (skip-chars-forward " \\t\\f\\r\\n\\ufeff" limit)
      (when (< (point) limit)
        (let ((then (and (not (eq (char-after) ?#)) segql--then))
              (case-fold-search nil)
              rule)
          (when then (setq segql--then nil))
          (if (and then (not (looking-at-p segql--declaration)) (looking-at segql--name))
              (setq face then)
            (setq rule (seq-find #'segql--fits segql--rules))
            (if (not rule)
                (forward-char)
              (segql--fits rule)
              (setq face (car rule))
              (when (nth 5 rule) (setq segql--then (nth 5 rule)))))
          (when face
            (goto-char (match-end 0))
            (setq segql--face face)))))
    (and face t)))

(defvar segql--face nil
  "The face of the token that was found last.")

(defvar segql-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\\n ">" table)
    (modify-syntax-entry ?' "\\"" table)
    (modify-syntax-entry ?\\" "\\"" table)
    (modify-syntax-entry ?` "$" table)
    (modify-syntax-entry ?_ "w" table)
    table))

(defun segql-indent-line ()
  "Indent a line by two columns for every brace that is open."
  (interactive)
  (let ((depth (save-excursion (back-to-indentation)
                               (- (car (syntax-ppss)) (if (eq (char-after) ?\\}) 1 0)))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to (* 2 (max 0 depth)))
      (save-excursion (indent-line-to (* 2 (max 0 depth)))))))

;;;###autoload
(define-derived-mode segql-mode prog-mode "SegQL"
  "Major mode for SegQL: segments of users, accounts or sessions."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \\t]*")
  (setq-local indent-line-function #'segql-indent-line)
  ;; The colors come from the tokens alone: strings of SegQL know no backslash, and end with their line.
  (setq-local font-lock-defaults '(((segql--next 0 segql--face t)) t)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\\\.seg\\\\'" . segql-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(segql-mode . ("segql" "lsp"))))

(provide 'segql-mode)
;;; segql-mode.el ends here
"""


def file(lexicon: Lexicon) -> str:
    """`segql-mode.el`."""
    return _FILE % {
        "rules": "\n".join(_rule(rule) for rule in lexicon.rules),
        "name": _quoted(written(lexicon.name, EMACS)),
        "declaration": _quoted(parts(lexicon.declaration, EMACS).pattern + r"\_>"),
    }


def _rule(rule: Rule) -> str:
    refused, pattern, ahead, not_ahead = parts(rule.pattern, EMACS)
    texts = " ".join(f'"{_quoted(each)}"' if each else "nil" for each in (refused, pattern, ahead, not_ahead))
    return f"    ({FACES[rule.kind]} {texts} {FACES[rule.then] if rule.then else 'nil'})"


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
