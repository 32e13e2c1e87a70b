
; JSX
(jsx_element open_tag: (jsx_opening_element name: (_) @name)) @element
(jsx_self_closing_element name: (_) @name) @element
(jsx_attribute . (_) @key) @attribute
(jsx_attribute (_) @key (_) @value)
(jsx_text) @text
(jsx_expression) @interpolation
