;;; emacs --batch -q -l segql-mode.el -l emacs-colors.el TEXTS COLORS: the texts (a JSON list) as Emacs colors them  -*- lexical-binding: t; -*-

;; Each as a list of [line, from, to, face] in characters.

(require 'json)

(defun segql-test-colors (text)
  (with-temp-buffer
    (insert text)
    (segql-mode)
    (font-lock-ensure)
    (let ((from (point-min)) (line 0) start found)
      (goto-char from)
      (while (< from (point-max))
        (let ((to (next-single-property-change from 'face nil (point-max)))
              (face (get-text-property from 'face)))
          (goto-char from)
          (setq start (line-beginning-position) line (1- (line-number-at-pos from)))
          (when face
            (push (vector line (- from start) (- to start) (symbol-name face)) found))
          (setq from to)))
      (vconcat (nreverse found)))))

(let* ((coding-system-for-read 'utf-8-unix)
       (coding-system-for-write 'utf-8-unix)
       (texts (with-temp-buffer
                (insert-file-contents (car command-line-args-left))
                (json-parse-buffer))))
  (with-temp-file (cadr command-line-args-left)
    (insert (json-serialize (vconcat (mapcar #'segql-test-colors texts))))))
(setq command-line-args-left nil)
