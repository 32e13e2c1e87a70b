; Kotlin.

[(line_comment) (block_comment)] @comment

; literals
[(string_literal) (multiline_string_literal) (character_literal)] @string
(interpolation) @interpolation
((string_literal (string_content) @_dollar . (string_content) @hole) (#eq? @_dollar "$"))
[(number_literal) (float_literal)] @number
(collection_literal) @list
(spread_expression (_) @value) @spread
(parenthesized_expression (_) @other) @parens

; names; the grammar takes `true`, `null`, `continue` and others for names
(lambda_parameters (variable_declaration) @parameter)
(identifier) @word
[(this_expression) (super_expression)] @identifier
(navigation_expression . (_) @receiver (identifier) @property .) @member
(callable_reference (_) @receiver . (identifier) @property .) @member
(index_expression . (_) @receiver (_) @key .) @index
(user_type (identifier) @other)

; calls
; `post("x") { … }` is a call whose value is called with the block: one call, which the block stands beside
(call_expression . (call_expression) @value (annotated_lambda)) @await
(call_expression . (_) @callee) @call
(call_expression (annotated_lambda) @argument)
(value_arguments (value_argument) @argument)
(value_argument . (identifier) @key "=" (_) @value .) @pair
((infix_expression . (_) @key (identifier) @_to (_) @value .) @pair (#eq? @_to "to"))
(infix_expression . (_) @receiver (identifier) @property (_) @argument .) @call
(delegation_specifier (constructor_invocation . (_) @callee) @call)
(as_expression left: (_) @value right: (_) @type) @await
(unary_expression argument: (_) @value operator: "!!") @await

; functions and classes
[(function_declaration) (anonymous_function) (lambda_literal) (secondary_constructor) (getter) (setter)] @function
(function_declaration name: (_) @name)
(function_declaration (function_body) @body)
(function_declaration (function_value_parameters) . [(user_type) (nullable_type)] @type)
(secondary_constructor (block) @body)
(getter (function_body) @body)
(setter (function_body) @body)
(function_body "=" (_) @value) @return
(parameter . (identifier) @name (_) @type) @parameter
(class_parameter (identifier) @name) @parameter
(class_parameter [(user_type) (nullable_type)] @type)
(class_parameter "=" (_) @value .)
[(class_declaration) (object_declaration) (companion_object) (object_literal)] @class
(class_declaration name: (_) @name)
(object_declaration name: (_) @name)
(class_declaration [(class_body) (enum_class_body)] @body)
(object_declaration (class_body) @body)
(companion_object (class_body) @body)
(object_literal (class_body) @body)
(delegation_specifier [(user_type) (constructor_invocation)] @super)
[(visibility_modifier) (class_modifier) (function_modifier) (inheritance_modifier) (member_modifier) (property_modifier)] @modifier
(annotation (user_type) @callee) @decorator
(annotation (constructor_invocation . (_) @callee)) @decorator
(enum_entry . (identifier) @callee (value_arguments)) @new

; branches
(if_expression condition: (_) @condition) @if
(if_expression condition: (_) ")" . (_) @then)
(if_expression "else" . (_) @else)
(when_expression) @other
(when_subject (_) @condition .)
(when_entry) @case
(when_entry condition: (_) @condition)
(when_entry "->" (_) @body)
[(for_statement) (while_statement) (do_while_statement)] @loop
(for_statement (variable_declaration) @target "in" . (_) @iterated)
(for_statement (multi_variable_declaration (variable_declaration) @target))
(for_statement (block) @body)
(while_statement condition: (_) @condition)
(while_statement (block) @body)
(do_while_statement (block) @body)
(try_expression (block) @body) @try
(catch_block (identifier) @target (_) @type (block) @body) @handler
(finally_block (_) @body) @finally
(return_expression) @return
(return_expression (_) @value)
(throw_expression (_) @value) @throw

; operators
(binary_expression) @binary
(in_expression left: (_) @left right: (_) @right) @compare
(is_expression left: (_) @left right: (_) @right) @compare
(unary_expression operator: "!" argument: (_) @value) @not

; assignments: a property with what delegates it is an assignment too (`by lazy { … }`)
(assignment left: (_) @target right: (_) @value) @assign
(property_declaration (variable_declaration . (identifier) @target)) @assign
(property_declaration (variable_declaration (identifier) [(user_type) (nullable_type)] @type))
(property_declaration (multi_variable_declaration (variable_declaration) @target)) @assign
(property_declaration "=" . (_) @value)
(property_declaration (property_delegate (_) @value))

; modules
(import (qualified_identifier) @source) @import
(import "as" (identifier) @alias)
(import "*" @name)
(package_header (qualified_identifier) @name) @package
