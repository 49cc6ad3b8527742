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
    (font-lock-doc-face nil "##[^\r\n]*" nil nil nil)
    (font-lock-keyword-face nil "not[ \t]+in" "[ \t]*(" nil nil)
    (font-lock-keyword-face nil "in" "[ \t]*(" nil nil)
    (font-lock-keyword-face nil "not[ \t]+in" nil "[[:alnum:]_²³¹¼-¾]\\|\\." nil)
    (font-lock-constant-face nil "[0-9]\\{4\\}-[0-9]\\{2\\}-[0-9]\\{2\\}T[0-9]\\{2\\}:[0-9]\\{2\\}\\(?::[0-9]\\{2\\}\\(?:\\.[0-9]\\{1,6\\}\\)?\\)?\\(?:Z\\|[+-][0-9]\\{2\\}:[0-9]\\{2\\}\\)?" nil nil nil)
    (font-lock-constant-face nil "[0-9]\\{4\\}-[0-9]\\{2\\}-[0-9]\\{2\\}" nil nil nil)
    (font-lock-constant-face nil "[0-9]+\\(?:_[0-9]+\\)*\\(?:\\.[0-9]+\\)?" nil nil nil)
    (default nil "\\(?:`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)\\(?:\\.\\(?:`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)\\)+" nil nil nil)
    (font-lock-type-face nil "enum" "(" nil nil)
    (font-lock-type-face nil "epoch" "(" nil nil)
    (font-lock-keyword-face nil "json" "(" nil nil)
    (font-lock-type-face nil "list" "(" nil nil)
    (font-lock-builtin-face "\\(?:not\\|and\\|or\\|where\\|by\\|node\\|distinct\\|like\\|contains\\|with\\|matches\\)(" "[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*" "(" nil nil)
    (font-lock-comment-face nil "#[^\r\n]*" nil nil nil)
    (default nil "\\(?:\\.\\(?:`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)\\)+" nil nil nil)
    (font-lock-keyword-face nil "\\(?:convert\\|repeats\\|nested\\|totals\\|after\\|other\\|times\\|flat\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{-]\\)" nil)
    (font-lock-keyword-face nil "ago" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*[](:[]" nil)
    (font-lock-keyword-face nil "\\(?:order\\|steps\\|none\\|all\\|any\\|out\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[}-]\\)" nil)
    (font-lock-keyword-face nil "\\(?:without\\|return\\|among\\|given\\|never\\|join\\|same\\|sort\\|did\\|key\\|via\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" default)
    (font-lock-keyword-face nil "\\(?:contains\\|matches\\|like\\|with\\|and\\|not\\|or\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[])*+,/:<=>[{}]\\)" nil)
    (font-lock-keyword-face nil "\\(?:measure\\|event\\|field\\|as\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" font-lock-variable-name-face)
    (font-lock-keyword-face nil "\\(?:unique\\|desc\\|step\\|asc\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+/:<=>[{-]\\)" nil)
    (font-lock-keyword-face nil "\\(?:converted\\|calendar\\|collapse\\|directly\\|optional\\|previous\\|dropped\\|exactly\\|pending\\|before\\|during\\|layout\\|within\\|depth\\|every\\|first\\|least\\|since\\|start\\|valid\\|file\\|from\\|last\\|most\\|then\\|this\\|time\\|end\\|for\\|top\\|at\\|of\\|on\\|to\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" nil)
    (font-lock-type-face nil "\\(?:timestamptz\\|timestamp\\|boolean\\|decimal\\|integer\\|float\\|date\\|text\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[](*+,/:<>[{-]\\)" nil)
    (font-lock-keyword-face nil "\\(?:where\\|node\\|by\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[])*+,/:<=>[{}]\\)" nil)
    (font-lock-keyword-face nil "\\(?:quarters\\|minutes\\|quarter\\|seconds\\|minute\\|months\\|second\\|hours\\|month\\|weeks\\|years\\|days\\|hour\\|week\\|year\\|day\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[](*+/:<=>[-]\\)" nil)
    (font-lock-keyword-face nil "\\(?:retention\\|explore\\|segment\\|define\\|funnel\\|source\\|param\\|paths\\|table\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" font-lock-variable-name-face)
    (font-lock-keyword-face nil "distinct" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]*+,/:<=>[{}]\\)" nil)
    (font-lock-keyword-face nil "\\(?:starts\\|ends\\|is\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" nil)
    (font-lock-type-face nil "\\(?:epoch\\|enum\\|list\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[])*+,/:<=>[{}-]\\)" nil)
    (font-lock-keyword-face nil "ever" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[](*+,/:<=>[-]\\)" nil)
    (font-lock-constant-face nil "\\(?:false\\|true\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*[](:[]" nil)
    (font-lock-keyword-face nil "in" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[}-]\\)" nil)
    (font-lock-keyword-face nil "json" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[])*+,/:<=>[{}-]\\)" nil)
    (font-lock-keyword-face nil "mi\\(?:croseconds\\|lliseconds\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[](*+,/:<=>[{}-]\\)" nil)
    (font-lock-constant-face nil "missing" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[](*+/:<=>[-]\\)" nil)
    (font-lock-keyword-face nil "test" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" default)
    (font-lock-keyword-face nil "\\(?:zone\\|use\\)" nil "[[:alnum:]_²³¹¼-¾]\\|[ \t]*\\(?:!=\\|<=\\|>=\\|[]()*+,/:<=>[{}-]\\)" nil)
    (default nil "\\(?:`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)" nil nil nil)
    (font-lock-preprocessor-face nil "\\$[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*" nil nil nil)
    (font-lock-string-face nil "\\(?:'\\(?:[^'\r\n]\\|''\\)*'\\|\"\\(?:[^\"\r\n]\\|\"\"\\)*\"\\)" nil nil nil)
    (font-lock-warning-face nil "\\(?:'[^'\r\n]*\\|\"[^\"\r\n]*\\|`[^`\r\n]*\\)" nil nil nil)
    (default nil "\\(?:!=\\|<=\\|>=\\|[*+/<=>-]\\)" nil nil nil)
    (default nil "[](),:[{}]" nil nil nil)
    )
  "What a token is: its face, what it must not begin with, its pattern,
what must follow, what must not follow, and the face of a name that does.")

(defconst segql--name "\\(?:\\(?:`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)\\(?:\\.\\(?:`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)\\)+\\|`[^`\r\n]+`\\|[[:alpha:]_²³¹¼-¾][[:alnum:]_²³¹¼-¾]*\\)")
(defconst segql--declaration "^\\(?:define\\|explore\\|funnel\\|param\\|paths\\|retention\\|segment\\|source\\|table\\|test\\|use\\|zone\\)\\_>")

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
      (skip-chars-forward " \t\f\r\n\ufeff" limit)
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
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?` "$" table)
    (modify-syntax-entry ?_ "w" table)
    table))

(defun segql-indent-line ()
  "Indent a line by two columns for every brace that is open."
  (interactive)
  (let ((depth (save-excursion (back-to-indentation)
                               (- (car (syntax-ppss)) (if (eq (char-after) ?\}) 1 0)))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to (* 2 (max 0 depth)))
      (save-excursion (indent-line-to (* 2 (max 0 depth)))))))

;;;###autoload
(define-derived-mode segql-mode prog-mode "SegQL"
  "Major mode for SegQL: segments of users, accounts or sessions."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-line-function #'segql-indent-line)
  ;; The colors come from the tokens alone: strings of SegQL know no backslash, and end with their line.
  (setq-local font-lock-defaults '(((segql--next 0 segql--face t)) t)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.seg\\'" . segql-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(segql-mode . ("segql" "lsp"))))

(provide 'segql-mode)
;;; segql-mode.el ends here
