;;; emacs --batch -q -l segql-mode.el -l emacs.el PROJECT ANSWERS: one session of a person in PROJECT  -*- lexical-binding: t; -*-

;; What that person would see is written down, for tests to compare.

(require 'package)
(package-initialize)
(require 'eglot)
(require 'json)
(require 'cl-lib)

(defvar answers nil)
(defvar project (file-name-as-directory (car command-line-args-left)))

(defun answer (name value)
  (push (cons name value) answers))

(defun text ()
  (buffer-substring-no-properties (point-min) (point-max)))

(defun wait (what holds)
  (let ((until (+ (float-time) 20)))
    (while (not (funcall holds))
      (when (> (float-time) until) (error "This did not happen: %s" what))
      (accept-process-output nil 0.02))))

(defun open (name)
  (find-file (concat project name))
  (unless (eglot-current-server)
    (apply #'eglot--connect (eglot--guess-contact)))
  (eglot--maybe-activate-editing-mode)
  (wait "a server" #'eglot-current-server)
  (wait "a managed buffer" (lambda () eglot--managed-mode)))

(defun at (word)
  (goto-char (point-min))
  (search-forward word)
  (goto-char (match-beginning 0)))

(setq eglot-confirm-server-initiated-edits nil
      eglot-sync-connect 20
      make-backup-files nil
      auto-save-default nil
      create-lockfiles nil
      coding-system-for-read 'utf-8-unix
      coding-system-for-write 'utf-8-unix)

;; Diagnostics, and the quick fix.
(open "slip.seg")
(answer 'mode (symbol-name major-mode))
(wait "diagnostics" (lambda () (flymake-start) (flymake-diagnostics)))
(answer 'diagnostics
        (vconcat (mapcar (lambda (each)
                           `((word . ,(buffer-substring-no-properties (flymake-diagnostic-beg each)
                                                                      (flymake-diagnostic-end each)))
                             (message . ,(flymake-diagnostic-text each))))
                         (flymake-diagnostics))))
(at "buuy")
(eglot-code-actions (point) (+ (point) 4) "quickfix" t)
(wait "the quick fix" (lambda () (not (string-match-p "buuy" (text)))))
(answer 'fixed (text))
(eglot--signal-textDocument/didChange) ; Emacs does so when it is idle, which a batch never is
(wait "no diagnostics" (lambda () (flymake-start) (null (flymake-diagnostics))))
(save-buffer)

;; Completion in a line that is not finished, and the first one put in.
(open "shop.seg")
(answer 'plain (text))
(at "did buy during")
(end-of-line)
(insert "\n  did bu")
(let* ((found (eglot-completion-at-point))
       (items (all-completions "bu" (nth 2 found)))
       (exit (plist-get (nthcdr 3 found) :exit-function)))
  (answer 'completion (vconcat (mapcar #'substring-no-properties items)))
  (delete-region (nth 0 found) (nth 1 found))
  (insert (car items))
  (when exit (funcall exit (car items) 'finished))
  (answer 'completed (buffer-substring-no-properties (line-beginning-position) (line-end-position))))
(revert-buffer t t t)
(unless eglot--managed-mode (eglot--maybe-activate-editing-mode))
(wait "a managed buffer" (lambda () eglot--managed-mode))

;; Hover, definition, rename, outline.
(at "did buy during")
(forward-word) (forward-char 1)
(let (shown)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
  (wait "hover" (lambda () shown))
  (answer 'hover (substring-no-properties shown)))
(let ((place (car (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))))
  (goto-char (marker-position (xref-location-marker (xref-item-location place))))
  (answer 'definition (buffer-substring-no-properties (line-beginning-position) (line-end-position))))
(eglot-rename "purchase")
(wait "the rename" (lambda () (string-match-p "purchase" (text))))
(answer 'renamed (text))
(answer 'outline (vconcat (mapcar #'car (cl-remove-if-not #'consp (eglot-imenu)))))
(revert-buffer t t t)
(unless eglot--managed-mode (eglot--maybe-activate-editing-mode))
(wait "a managed buffer" (lambda () eglot--managed-mode))

;; Formatting; and what the mode does on its own.
(eglot-format-buffer)
(answer 'formatted (text))
(goto-char (point-min))
(while (not (eobp)) (segql-indent-line) (forward-line))
(answer 'indented (text))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))

(with-temp-file (cadr command-line-args-left)
  (insert (json-serialize answers)))
(setq command-line-args-left nil)
(kill-emacs 0)
