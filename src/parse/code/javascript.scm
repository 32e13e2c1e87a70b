; JavaScript, and what TypeScript shares with it.

(comment) @comment

; strings and other literals
(string) @string
(template_string) @string
(template_substitution) @interpolation
(number) @number
(true) @true
(false) @false
[(null) (undefined)] @null
(object) @object
(pair key: (_) @key value: (_) @value) @pair
(object (shorthand_property_identifier) @pair)
(object (shorthand_property_identifier) @key)
(array) @list
(spread_element) @spread
(parenthesized_expression (_) @other) @parens

; names; a parameter that is only a name is a parameter
(arrow_function parameter: (_) @parameter)
(formal_parameters (_) @parameter)
[(identifier) (this) (super)] @identifier
(member_expression object: (_) @receiver property: (_) @property) @member
(subscript_expression object: (_) @receiver index: (_) @key) @index

; calls
(call_expression function: (_) @callee) @call
(new_expression constructor: (_) @callee) @new
(arguments (_) @argument)
(call_expression arguments: (template_string) @argument)
(await_expression (_) @value) @await
(yield_expression (_) @value) @await

; functions and classes
[(function_declaration) (generator_function_declaration) (function_expression) (generator_function) (arrow_function) (method_definition)] @function
(function_declaration name: (_) @name)
(generator_function_declaration name: (_) @name)
(function_expression name: (_) @name)
(method_definition name: (_) @name)
(function_declaration body: (_) @body)
(generator_function_declaration body: (_) @body)
(function_expression body: (_) @body)
(arrow_function body: (_) @body)
(method_definition body: (_) @body)
[(class_declaration) (class)] @class
(class_declaration name: (_) @name)
(class_body) @body
(class_heritage (_) @super)
(decorator (_) @callee) @decorator
(decorator (call_expression function: (_) @callee) @other)

; branches
(if_statement condition: (_) @condition consequence: (_) @then) @if
(if_statement alternative: (else_clause (_) @else))
(ternary_expression condition: (_) @condition consequence: (_) @then alternative: (_) @else) @if
[(switch_case) (switch_default)] @case
[(for_statement) (for_in_statement) (while_statement) (do_statement)] @loop
(for_in_statement left: (_) @target right: (_) @iterated)
(for_in_statement body: (_) @body)
(for_statement body: (_) @body)
(while_statement condition: (_) @condition body: (_) @body)
(try_statement body: (_) @body) @try
(catch_clause) @handler
(catch_clause parameter: (_) @target)
(catch_clause body: (_) @body)
(finally_clause) @finally
(return_statement) @return
(return_statement (_) @value)
(throw_statement (_) @value) @throw
[(continue_statement) (break_statement)] @skip

; operators
(binary_expression) @binary
(unary_expression operator: "!" argument: (_) @value) @not
(augmented_assignment_expression left: (_) @left operator: ["??=" "||="] right: (_) @right) @fallback

; assignments
(variable_declarator name: (_) @target value: (_) @value) @assign
(assignment_expression left: (_) @target right: (_) @value) @assign
(augmented_assignment_expression left: (_) @target right: (_) @value) @assign
(assignment_pattern left: (_) @left right: (_) @right) @fallback
(object_pattern (object_assignment_pattern (shorthand_property_identifier_pattern) @left (_) @right) @fallback)
(object_pattern (shorthand_property_identifier_pattern) @identifier)
(pair_pattern key: (_) @key value: (_) @value) @pair

; modules
(import_statement source: (_) @source) @import
(import_clause (identifier) @name)
(namespace_import (identifier) @alias)
(import_specifier name: (_) @name)
(import_specifier alias: (_) @alias)
(call_expression function: (import) @identifier)
(export_statement) @export
(export_statement source: (_) @source)
(export_specifier name: (_) @name)
(export_specifier alias: (_) @alias)
