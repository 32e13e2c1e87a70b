; Apex. Words are read whatever their case.

[(line_comment) (block_comment)] @comment

; literals
[(string_literal) (multi_line_string_literal)] @string
[(int) (decimal_floating_point_literal) (decimal)] @number
((boolean) @true (#any-of? @true "true" "TRUE" "True"))
((boolean) @false (#any-of? @false "false" "FALSE" "False"))
(null_literal) @null
(array_initializer) @list
(map_initializer) @object
(map_key_initializer . (_) @key (_) @value) @pair
(parenthesized_expression (_) @other) @parens

; names
[(identifier) (this) (super)] @identifier
(field_access object: (_) @receiver field: (_) @property) @member
(scoped_identifier scope: (_) @receiver name: (_) @property) @member
(array_access array: (_) @receiver index: (_) @key) @index

; calls; `new Account(Name = 'x')` has named arguments
(method_invocation !object name: (_) @callee) @call
(method_invocation object: (_) @receiver name: (_) @property) @call
(explicit_constructor_invocation constructor: (_) @callee) @call
(object_creation_expression type: (_) @callee) @new
(array_creation_expression type: (_) @callee) @new
(array_creation_expression value: (_) @argument)
(map_creation_expression type: (_) @callee value: (_) @argument) @new
(object_creation_expression arguments: (argument_list (assignment_expression left: (_) @key right: (_) @value) @pair))
(argument_list (_) @argument)
(cast_expression type: (_) @type value: (_) @value) @await

; what writes: the word is called, its argument is written; the key of an upsert comes second
(dml_expression (dml_type (_) @identifier @callee) target: (_) @argument) @call
(dml_expression upsert_key: (_) @argument)
(dml_expression merge_with: (_) @argument)
(dml_expression security_mode: (dml_security_mode) @modifier)

; queries: the name is the object that is read, the arguments are what is bound
[(query_expression) (subquery)] @query
(from_clause . (storage_identifier) @name)
(from_clause . (storage_alias . (_) @name))
(sobject_return . (identifier) @name)
(bound_apex_expression (_) @argument)

; functions and classes; a trigger is a function with the object's type and its events as modifiers
[(method_declaration) (constructor_declaration) (trigger_declaration) (accessor_declaration)] @function
(method_declaration type: (_) @type)
(method_declaration name: (_) @name)
(method_declaration body: (_) @body)
(constructor_declaration name: (_) @name body: (_) @body)
(accessor_declaration accessor: _ @name)
(accessor_declaration body: (_) @body)
(trigger_declaration name: (_) @name object: (_) @type body: (_) @body)
(trigger_event (_) @modifier)
(formal_parameters (formal_parameter type: (_) @type) @parameter)
[(class_declaration) (interface_declaration) (enum_declaration)] @class
(class_declaration name: (_) @name body: (_) @body)
(interface_declaration name: (_) @name body: (_) @body)
(enum_declaration name: (_) @name body: (_) @body)
(superclass (_) @super)
(interfaces (type_list (_) @super))
(extends_interfaces (type_list (_) @super))
(modifier) @modifier
(annotation name: (_) @callee) @decorator
(annotation_argument_list value: (_) @argument)
(annotation_key_value key: (_) @key value: (_) @value) @pair
(annotation_key_value) @argument

; branches
(if_statement condition: (_) @condition consequence: (_) @then) @if
(if_statement alternative: (_) @else)
(ternary_expression condition: (_) @condition consequence: (_) @then alternative: (_) @else) @if
(switch_expression condition: (_) @condition) @other
(switch_rule) @case
(switch_label (_) @condition)
(switch_rule (block) @body)
[(for_statement) (enhanced_for_statement) (while_statement) (do_statement)] @loop
(for_statement body: (_) @body)
(for_statement condition: (_) @condition)
(enhanced_for_statement type: (_) @type name: (_) @target value: (_) @iterated body: (_) @body)
(while_statement condition: (_) @condition body: (_) @body)
(do_statement body: (_) @body condition: (_) @condition)
(try_statement body: (_) @body) @try
(catch_clause body: (_) @body) @handler
(catch_clause (formal_parameter type: (_) @type name: (_) @target))
(finally_clause (_) @body) @finally
(return_statement) @return
(return_statement (_) @value)
(throw_statement (_) @value) @throw
[(continue_statement) (break_statement)] @skip

; operators
(binary_expression) @binary
(instanceof_expression left: (_) @left right: (_) @right) @compare
(unary_expression operator: "!" operand: (_) @value) @not

; assignments: a declaration of one name is one node, with its type, modifiers and annotations
(assignment_expression left: (_) @target right: (_) @value) @assign
(field_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target) .) @assign
(field_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target) . (accessor_list)) @assign
(field_declaration type: (_) . declarator: (variable_declarator value: (_) @value) .)
(local_variable_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target) .) @assign
(local_variable_declaration type: (_) . declarator: (variable_declarator value: (_) @value) .)
(constant_declaration type: (_) @type . declarator: (variable_declarator name: (_) @target value: (_) @value) .) @assign
(field_declaration declarator: (variable_declarator name: (_) @target value: (_) @value) @assign . declarator: (_))
(field_declaration declarator: (_) . declarator: (variable_declarator name: (_) @target value: (_) @value) @assign)
(local_variable_declaration declarator: (variable_declarator name: (_) @target value: (_) @value) @assign . declarator: (_))
(local_variable_declaration declarator: (_) . declarator: (variable_declarator name: (_) @target value: (_) @value) @assign)
