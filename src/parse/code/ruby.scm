; Ruby. `unless` is an `if` whose branches are exchanged: what it guards has the role of the else branch.

(comment) @comment

; parameters, before the names that they may be
(method_parameters (_) @parameter)
(lambda_parameters (_) @parameter)
(block_parameters (_) @parameter)

; literals
[(string) (character) (simple_symbol) (delimited_symbol) (bare_string) (bare_symbol) (subshell) (heredoc_body)] @string
(interpolation) @interpolation
(chained_string) @concat
[(integer) (float) (rational) (complex)] @number
(true) @true
(false) @false
(nil) @null
(hash) @object
(pair key: (_) @key) @pair
(pair value: (_) @value)
[(array) (string_array) (symbol_array)] @list
[(splat_argument) (hash_splat_argument)] @spread

(parenthesized_statements . (_) @other .) @parens

; what looks like a call and is none
(call !receiver method: (identifier) @_raise arguments: (argument_list . (_) @value) (#any-of? @_raise "raise" "fail")) @throw
((identifier) @throw (#eq? @throw "raise"))
(call !receiver method: (identifier) @_load arguments: (argument_list . (string) @source)
  (#any-of? @_load "require" "require_relative" "load" "autoload" "import")) @import
(call receiver: (_) @callee method: (identifier) @_new (#eq? @_new "new")) @new

; calls
; a method's bare name (`live?`) stays a name
(call !receiver method: (_) @callee arguments: (_)) @call
(call !receiver method: (_) @callee block: (_)) @call
((call receiver: (_) @receiver method: (_) @property) @call (#not-eq? @property "new"))
(call receiver: (_) @receiver !method) @call
(argument_list (_) @argument)
(block_argument (_) @value)
(yield) @await
(yield (argument_list (_) @value))

; names
[(identifier) (constant) (instance_variable) (class_variable) (global_variable) (self) (super)] @identifier
(scope_resolution scope: (_) @receiver) @member
(scope_resolution name: (_) @property) @member
(element_reference object: (_) @receiver . (_) @key) @index

; functions and classes
[(method) (singleton_method) (lambda)] @function
(call block: [(block) (do_block)] @function)
(method name: (_) @name)
(singleton_method name: (_) @name)
(method body: (_) @body)
(singleton_method body: (_) @body)
(block body: (_) @body)
(do_block body: (_) @body)
(optional_parameter name: (_) @key value: (_) @value)
(keyword_parameter name: (_) @key)
(keyword_parameter value: (_) @value)
[(class) (module) (singleton_class)] @class
(class name: (_) @name)
(module name: (_) @name)
(class body: (_) @body)
(module body: (_) @body)
(superclass (_) @super)

; branches
(if condition: (_) @condition) @if
(if consequence: (_) @then)
(if alternative: (_) @else)
(elsif condition: (_) @condition) @if
(elsif consequence: (_) @then)
(elsif alternative: (_) @else)
(unless condition: (_) @condition) @if
(unless consequence: (_) @else)
(unless alternative: (_) @then)
(if_modifier body: (_) @then condition: (_) @condition) @if
(unless_modifier body: (_) @else condition: (_) @condition) @if
(conditional condition: (_) @condition consequence: (_) @then alternative: (_) @else) @if
(when) @case
(when pattern: (pattern (_) @condition))
(when body: (_) @body)
(in_clause) @case
(in_clause body: (_) @body)
[(while) (until) (for) (while_modifier) (until_modifier)] @loop
(while condition: (_) @condition body: (_) @body)
(until condition: (_) @condition body: (_) @body)
(for pattern: (_) @target value: (in (_) @iterated) body: (_) @body)
(while_modifier body: (_) @body condition: (_) @condition)
(until_modifier body: (_) @body condition: (_) @condition)

; errors
(begin [(rescue) (ensure)]) @try
(body_statement [(rescue) (ensure)]) @try
(rescue) @handler
(rescue exceptions: (exceptions (_) @type))
(rescue variable: (exception_variable (_) @target))
(rescue body: (_) @body)
(rescue_modifier body: (_) @value handler: (_) @handler) @try
(ensure) @finally

; leaving
(return) @return
(return (argument_list . (_) @value))
[(next) (break) (redo) (retry)] @skip

; operators
(binary) @binary
(unary operator: ["!" "not"] operand: (_) @value) @not
(operator_assignment left: (_) @left operator: "||=" right: (_) @right) @fallback

; assignments
(assignment left: (_) @target right: (_) @value) @assign
(operator_assignment left: (_) @target right: (_) @value) @assign
