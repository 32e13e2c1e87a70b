; PHP, without the markup around it.

(comment) @comment

; parameters, before the names that they may be
[(simple_parameter) (variadic_parameter) (property_promotion_parameter)] @parameter

; literals
[(string) (encapsed_string) (heredoc) (nowdoc) (shell_command_expression)] @string
(encapsed_string [
  (variable_name) (dynamic_variable_name) (member_access_expression) (nullsafe_member_access_expression)
  (subscript_expression) (member_call_expression) (nullsafe_member_call_expression) (function_call_expression)
  (scoped_call_expression) (scoped_property_access_expression)
] @interpolation)
(heredoc_body [
  (variable_name) (dynamic_variable_name) (member_access_expression) (nullsafe_member_access_expression)
  (subscript_expression) (member_call_expression) (nullsafe_member_call_expression) (function_call_expression)
  (scoped_call_expression) (scoped_property_access_expression)
] @interpolation)
[(integer) (float)] @number
((boolean) @true (#any-of? @true "true" "TRUE" "True"))
(boolean) @false
(null) @null
(array_creation_expression (array_element_initializer "=>")) @object
[(array_creation_expression) (list_literal)] @list
(array_element_initializer (_) @key "=>" (_) @value) @pair
(variadic_unpacking) @spread

(parenthesized_expression (_) @other) @parens

; calls
(function_call_expression function: (_) @callee) @call
(member_call_expression object: (_) @receiver name: (_) @property) @call
(nullsafe_member_call_expression object: (_) @receiver name: (_) @property) @call
(scoped_call_expression scope: (_) @receiver name: (_) @property) @call
(object_creation_expression . (_) @callee) @new
(argument name: (_) @key (_) @value) @pair
(arguments (_) @argument)
(echo_statement "echo" @callee (_) @argument) @call
(print_intrinsic "print" @callee (_) @argument) @call
(yield_expression) @await
(yield_expression (_) @value)
(cast_expression value: (_) @value) @await
(error_suppression_expression (_) @value) @await
(clone_expression (_) @value) @await

; names
[(variable_name) (dynamic_variable_name)] @identifier
(member_access_expression object: (_) @receiver name: (_) @property) @member
(nullsafe_member_access_expression object: (_) @receiver name: (_) @property) @member
(class_constant_access_expression . (_) @receiver . (_) @property) @member
(scoped_property_access_expression scope: (_) @receiver name: (_) @property) @member
(subscript_expression . (_) @receiver) @index
(subscript_expression . (_) . (_) @key)

; functions and classes
[(function_definition) (method_declaration) (anonymous_function) (arrow_function)] @function
(function_definition name: (_) @name)
(function_definition body: (_) @body)
(method_declaration name: (_) @name)
(method_declaration body: (_) @body)
(method_declaration [(visibility_modifier) (static_modifier) (abstract_modifier) (final_modifier)] @modifier)
(anonymous_function body: (_) @body)
(arrow_function body: (_) @body)
(simple_parameter type: (_) @type)
(simple_parameter name: (_) @key)
(simple_parameter default_value: (_) @value)
(property_promotion_parameter type: (_) @type)
(property_promotion_parameter name: (_) @key)
(property_promotion_parameter default_value: (_) @value)
[(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration) (anonymous_class)] @class
(class_declaration name: (_) @name)
(class_declaration body: (_) @body)
(interface_declaration name: (_) @name)
(interface_declaration body: (_) @body)
(trait_declaration name: (_) @name)
(trait_declaration body: (_) @body)
(enum_declaration name: (_) @name)
(enum_declaration body: (_) @body)
(base_clause (_) @super)
(class_interface_clause (_) @super)
(use_declaration (_) @super)
(attribute . (_) @callee) @decorator

; branches
(if_statement condition: (_) @condition) @if
(if_statement body: (_) @then)
(if_statement alternative: (else_clause body: (_) @else))
(else_if_clause condition: (_) @condition body: (_) @then) @if
(if_statement alternative: (else_if_clause) @else)
(conditional_expression condition: (_) @left !body alternative: (_) @right) @fallback
(conditional_expression condition: (_) @condition body: (_) @then alternative: (_) @else) @if
[(case_statement) (default_statement) (match_conditional_expression) (match_default_expression)] @case
(case_statement value: (_) @condition)
(match_conditional_expression return_expression: (_) @value)
(match_default_expression return_expression: (_) @value)
[(for_statement) (foreach_statement) (while_statement) (do_statement)] @loop
(foreach_statement . (_) @iterated . (_) @target)
(foreach_statement body: (_) @body)
(for_statement body: (_) @body)
(while_statement condition: (_) @condition body: (_) @body)
(do_statement body: (_) @body condition: (_) @condition)

; errors
(try_statement body: (_) @body) @try
(catch_clause type: (_) @type) @handler
(catch_clause name: (_) @target)
(catch_clause body: (_) @body)
(finally_clause) @finally
(throw_expression (_) @value) @throw

; leaving
(return_statement) @return
(return_statement (_) @value)
(exit_statement) @return
[(continue_statement) (break_statement)] @skip

; operators
(binary_expression) @binary
(unary_op_expression operator: "!" argument: (_) @value) @not
(augmented_assignment_expression left: (_) @left operator: "??=" right: (_) @right) @fallback

; assignments
(assignment_expression left: (_) @target right: (_) @value) @assign
(reference_assignment_expression left: (_) @target right: (_) @value) @assign
(augmented_assignment_expression left: (_) @target right: (_) @value) @assign
(property_element name: (_) @target default_value: (_) @value) @assign
(static_variable_declaration name: (_) @target value: (_) @value) @assign
(const_element . (_) @target (_) @value) @assign
(enum_case name: (_) @target value: (_) @value) @assign

; modules
(namespace_definition name: (_) @name) @package
(namespace_use_declaration (namespace_use_clause . (_) @source) @import)
(namespace_use_declaration (namespace_name) @source body: (_)) @import
(namespace_use_group (namespace_use_clause . (_) @name))
(namespace_use_clause alias: (_) @alias)
(include_expression (_) @source) @import
(include_once_expression (_) @source) @import
(require_expression (_) @source) @import
(require_once_expression (_) @source) @import
