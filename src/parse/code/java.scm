; Java.

[(line_comment) (block_comment)] @comment

; literals
[(string_literal) (character_literal)] @string
(string_interpolation) @interpolation
[(decimal_integer_literal) (hex_integer_literal) (octal_integer_literal) (binary_integer_literal) (decimal_floating_point_literal) (hex_floating_point_literal)] @number
(true) @true
(false) @false
(null_literal) @null
[(array_initializer) (element_value_array_initializer)] @list
(parenthesized_expression (_) @other) @parens

; names
(inferred_parameters (identifier) @parameter)
(lambda_expression parameters: (identifier) @parameter)
[(identifier) (this) (super)] @identifier
(field_access object: (_) @receiver field: (_) @property) @member
(scoped_identifier scope: (_) @receiver name: (_) @property) @member
(method_reference . (_) @receiver [(identifier) "new"] @property .) @member
(array_access array: (_) @receiver index: (_) @key) @index

; calls
(method_invocation !object name: (_) @callee) @call
(method_invocation object: (_) @receiver name: (_) @property) @call
(explicit_constructor_invocation constructor: (_) @callee) @call
(object_creation_expression type: (_) @callee) @new
(array_creation_expression type: (_) @callee) @new
(array_creation_expression value: (_) @argument)
(enum_constant name: (_) @callee arguments: (_)) @new
(argument_list (_) @argument)
(cast_expression value: (_) @value) @await
(cast_expression type: (_) @type)

; functions and classes
[(method_declaration) (constructor_declaration) (compact_constructor_declaration) (lambda_expression)] @function
(method_declaration type: (_) @type)
(method_declaration name: (_) @name)
(method_declaration body: (_) @body)
(constructor_declaration name: (_) @name body: (_) @body)
(compact_constructor_declaration name: (_) @name body: (_) @body)
(lambda_expression body: (_) @body)
[(formal_parameter) (spread_parameter)] @parameter
(formal_parameter type: (_) @type)
(spread_parameter [(type_identifier) (generic_type) (scoped_type_identifier) (array_type) (integral_type)] @type)
[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration) (annotation_type_declaration)] @class
(object_creation_expression (class_body) @class @body)
(class_declaration name: (_) @name body: (_) @body)
(interface_declaration name: (_) @name body: (_) @body)
(enum_declaration name: (_) @name body: (_) @body)
(record_declaration name: (_) @name body: (_) @body)
(annotation_type_declaration name: (_) @name body: (_) @body)
(superclass (_) @super)
(super_interfaces (type_list (_) @super))
(extends_interfaces (type_list (_) @super))
(modifiers ["public" "protected" "private" "static" "abstract" "final" "default" "synchronized"] @modifier)
[(annotation name: (_) @callee) (marker_annotation name: (_) @callee)] @decorator
(annotation_argument_list (_) @argument)
(element_value_pair key: (_) @key value: (_) @value) @pair

; branches
(if_statement condition: (_) @condition consequence: (_) @then) @if
(if_statement alternative: (_) @else)
(ternary_expression condition: (_) @condition consequence: (_) @then alternative: (_) @else) @if
(switch_expression condition: (_) @condition) @other
[(switch_block_statement_group) (switch_rule)] @case
(switch_label (_) @condition)
(switch_rule (switch_label) (_) @body)
[(for_statement) (enhanced_for_statement) (while_statement) (do_statement)] @loop
(for_statement body: (_) @body)
(for_statement condition: (_) @condition)
(enhanced_for_statement type: (_) @type name: (_) @target value: (_) @iterated body: (_) @body)
(while_statement condition: (_) @condition body: (_) @body)
(do_statement body: (_) @body condition: (_) @condition)
(try_statement body: (_) @body) @try
(try_with_resources_statement body: (_) @body) @try
(resource name: (_) @target value: (_) @value) @assign
(resource type: (_) @type)
(catch_clause body: (_) @body) @handler
(catch_clause (catch_formal_parameter (catch_type (_) @type)))
(catch_clause (catch_formal_parameter name: (_) @target))
(finally_clause (_) @body) @finally
(return_statement) @return
(return_statement (_) @value)
(yield_statement (_) @value) @await
(throw_statement (_) @value) @throw
[(continue_statement) (break_statement)] @skip

; operators
(binary_expression) @binary
(instanceof_expression left: (_) @left right: (_) @right) @compare
(unary_expression operator: "!" operand: (_) @value) @not

; assignments: a declaration of one name is one node, with its type, modifiers and annotations
(assignment_expression left: (_) @target right: (_) @value) @assign
(field_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target) .) @assign
(field_declaration type: (_) . declarator: (variable_declarator value: (_) @value) .)
(local_variable_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target) .) @assign
(local_variable_declaration type: (_) . declarator: (variable_declarator value: (_) @value) .)
(constant_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target value: (_) @value) .) @assign
(field_declaration declarator: (variable_declarator name: (_) @target value: (_) @value) @assign . declarator: (_))
(field_declaration declarator: (_) . declarator: (variable_declarator name: (_) @target value: (_) @value) @assign)
(local_variable_declaration declarator: (variable_declarator name: (_) @target value: (_) @value) @assign . declarator: (_))
(local_variable_declaration declarator: (_) . declarator: (variable_declarator name: (_) @target value: (_) @value) @assign)

; modules
(import_declaration [(identifier) (scoped_identifier)] @source) @import
(import_declaration (asterisk) @name)
(package_declaration [(identifier) (scoped_identifier)] @name) @package
