; Python 3.

(comment) @comment

; literals
(string) @string
(interpolation) @interpolation
(concatenated_string) @concat
[(integer) (float)] @number
(true) @true
(false) @false
(none) @null
(dictionary) @object
(pair key: (_) @key value: (_) @value) @pair
[(list) (set) (tuple)] @list
(parenthesized_expression (_) @other) @parens
[(list_splat) (dictionary_splat)] @spread

; names; a parameter that is only a name is a parameter
(parameters (_) @parameter)
(lambda_parameters (_) @parameter)
(identifier) @identifier
(attribute object: (_) @receiver attribute: (_) @property) @member
(subscript value: (_) @receiver subscript: (_) @key) @index

; calls
(call function: (_) @callee) @call
(argument_list (_) @argument)
(call arguments: (generator_expression) @argument)
(keyword_argument name: (_) @key value: (_) @value) @pair
(await (_) @value) @await
(yield (_) @value) @await

; functions and classes
[(function_definition) (lambda)] @function
(function_definition name: (_) @name)
(function_definition body: (_) @body)
(lambda body: (_) @body)
(typed_parameter . (identifier) @identifier)
(typed_parameter type: (_) @type)
(default_parameter name: (_) @key value: (_) @value)
(typed_default_parameter name: (_) @key value: (_) @value)
(class_definition) @class
(class_definition name: (_) @name)
(class_definition body: (_) @body)
(class_definition superclasses: (argument_list (_) @super))
(decorated_definition) @decorated
(decorator (_) @callee) @decorator

; branches
(if_statement condition: (_) @condition consequence: (_) @then) @if
(elif_clause condition: (_) @condition consequence: (_) @then) @if
(if_statement alternative: (elif_clause) @else)
(else_clause body: (_) @else)
(conditional_expression . (_) @then . (_) @condition . (_) @else) @if
(if_clause (_) @condition) @if
(case_clause) @case
[(for_statement) (while_statement) (list_comprehension) (generator_expression) (dictionary_comprehension) (set_comprehension)] @loop
(for_statement left: (_) @target right: (_) @iterated)
(for_in_clause left: (_) @target right: (_) @iterated)
(for_statement body: (_) @body)
(while_statement condition: (_) @condition body: (_) @body)
(try_statement body: (_) @body) @try
(except_clause) @handler
(except_clause (block) @body)
(except_clause value: (_) @type)
(except_clause value: (as_pattern . (_) @type))
(finally_clause) @finally
(return_statement) @return
(return_statement (_) @value)
(raise_statement) @throw
(raise_statement . (_) @value)
[(continue_statement) (break_statement)] @skip
(assert_statement) @throw

; operators
(boolean_operator left: (_) @left operator: "or" right: (_) @right) @fallback
(boolean_operator left: (_) @left operator: "and" right: (_) @right) @and
(binary_operator left: (_) @left operator: ["+" "%"] right: (_) @right) @concat
(comparison_operator) @compare
(not_operator argument: (_) @value) @not

; assignments
(assignment left: (_) @target right: (_) @value) @assign
(augmented_assignment left: (_) @target right: (_) @value) @assign
(named_expression name: (_) @target value: (_) @value) @assign
(as_pattern (_) @value alias: (as_pattern_target (_) @target)) @assign

; modules
(import_statement) @import
(import_statement name: (dotted_name) @source)
(import_statement name: (aliased_import name: (_) @source alias: (_) @alias))
(import_from_statement module_name: (_) @source) @import
(import_from_statement name: (dotted_name) @name)
(import_from_statement name: (aliased_import name: (_) @name alias: (_) @alias))
