"""The competence framework table of the Repository of skills (November 2021), exactly as it is published.

Quoted as data, so that tests can compare the fixture with the publication. In the sub-competences, the phrases that the
source underlines are between asterisks.
"""
# ruff: noqa: E501 - a published sentence stays on one line

# By letter: the title, then tuples of sub-competences, knowledge, skills and predispositions.
TABLE = {
    "A": (
        "Developing and formalising new partnerships",
        (
            "*Identifying new partners* in accordance with the needs of the territory and action plan of the service",
            "*Identifying current and future needs* of the partners",
            "*Presenting possible benefits* of the partnership to identified partners",
            "*Discussing and negotiating* common goals with the partners",
            "*Formalising* the partnership",
        ),
        (
            "Knowledge of the actors involved in guidance, employment, business creation and working life in the community",
            "Knowledge of the needs of the aimed community",
            "Knowledge of the negotiation strategies for establishing relevant partnerships",
            "Knowledge of the service mission and its values and action plan",
            "Knowledge of the partners' mission and their activities in the community",
            "Knowledge of relevant legislative",
        ),
        (
            "Data collecting, information selection and organization",
            "Written and oral communication (including related IT technologies)",
            "Active listening",
            "Negotiation and mediation skills",
            "Social networking skills",
            "Teamwork",
            "Mastery of the Office Pack (Word, Excel, PowerPoint) and statistical tools",
        ),
        (
            "Openness and cordiality",
            "Proactivity",
            "Verbal fluency and analytical reasoning",
            "Flexibility",
        ),
    ),
    "B": (
        "Administrative and financial monitoring",
        (
            "*Monitoring* administrative and financial aspects of the partnership agreements",
            "*Looking for* new sponsors and *funds*",
            "*Responding to* new *calls* for projects",
            "Projects' *reporting* and responding to *control system*",
        ),
        (
            "Mastery of complex legal and financial agreements: (regulations and obligations, calculation tools, statistical and representation tables)",
            "Knowledge of management concepts and public funding constraints",
            "Knowledge of local, national and EU strategic frameworks and calls for projects that are part of them",
        ),
        (
            "Administrative and budgetary project management",
            "Strong writing skills (including English)",
            "Administrative skills",
            "Mastery of writing a project application according to given elements",
            "Mastery of writing a project application according to given elements",
        ),
        (
            "Analytical reasoning and verbal ability",
            "Conscientiousness",
            "Time management",
            "Innovativeness",
        ),
    ),
    "C": (
        "Coordinating, managing and leading the partnership",
        (
            "*Sharing* relevant *information* with the partners",
            "*Planning* and *organising* the *service offers* according to the negotiated common goals",
            "*Coordinating* partners' *activities* in the community in terms of their goals and methods of work",
            "*Facilitating* steering *meetings* of the action programme with partners",
            "*Encouraging* and *supporting* the partners to develop *convergent* professional *practices* and share information",
            "Introducing and communicating *innovative offers* and work methods",
        ),
        (
            "Knowledge of the partners' offer and the existing offer of the service",
            "Knowledge on lifelong career guidance methods and practice",
            "Knowledge of actors involved in guidance, employment, business creation and working life in the community",
            "Knowledge of the needs of the community",
            "Knowledge of local and global labour market trends",
        ),
        (
            "Negotiation and mediation skills",
            "Goal setting",
            "Organizing network activities",
            "Mediation skills",
            "Leadership and supervisory skills",
            "Project management",
            "Communication skills including those IT supported",
            "Teamwork",
        ),
        (
            "Openness and cordiality",
            "Proactivity",
            "Verbal fluency and analytical reasoning",
            "Flexibility",
            "Innovativeness",
        ),
    ),
    "D": (
        "Developing partners' competences in multipartnership",
        (
            "*Developing partners' competences* on the specificity, principles and values of the partnership",
            "*Designing and conducting* informative and training *sessions* and *workshops* aimed to increase partners' competences on the partnership",
        ),
        (
            "Knowledge of the principles, values and functioning of the partnership and the multipartnership logic",
            "Knowledge of the place of the partnership in a more global partnership ecosystem",
            "Knowledge of the principles and methods of teaching",
        ),
        (
            "Know how to design and conduct informative, training and sessions aimed to develop competences adapted to the target audience and the expected results",
            "Presentation skills",
            "Active listening",
            "Teaching skills",
        ),
        (
            "Interest in educational activities",
            "Empathy",
            "Practical reasoning",
        ),
    ),
    "E": (
        "Evaluating implemented measures and activities",
        (
            "*Developing* and *using* the *tools* for *monitoring* and *evaluating* the activities of the partnership",
            "*Reporting* on conducted *evaluations*",
        ),
        (
            "Knowledge of the evaluation and assessment methods (self-assessment methods, subjective and objective assessment methods, data and feedback collection)",
            "Knowledge of statistical analysis methods",
            "Knowledge of the evidence-based management",
        ),
        (
            "Know how to build an evaluation reference document adapted to the initial objectives, to different scales and to the specificity of each action",
            "Know how to collect and analyse data",
            "Know how to sort information and prioritise key information",
            "Know how to develop tools to report on the different indicators (output, result, etc.)",
        ),
        (
            "Analytical reasoning",
            "Deductive and analytical reasoning",
            "Numerical cognitive abilities",
            "Accountability",
        ),
    ),
    "F": (
        "Monitoring relevant national and local policies and reforms",
        (
            "*Collecting information* related to employment issues, training and career guidance",
            "Regular *monitoring* of relevant policies and legislative *changes*",
        ),
        (
            "Knowledge of key issues and challenges related to lifelong guidance at European, national and local level",
            "Knowledge of European, national and local policies on employment and lifelong guidance",
            "Knowledge of legislative reforms and developments on these issues",
            "Knowledge of action and funding programmes on lifelong guidance at European, national and local level",
        ),
        (
            "Know how to search for information",
            "Know how to connect information to the issues and needs of the partnership and territory",
            "Know how to interpret and analyse legal texts and strategies",
            "Know how to translate political guidelines into action plans",
        ),
        (
            "Ability to analyse and synthesise",
            "Verbal cognitive abilities",
        ),
    ),
    "G": (
        "Ensuring communication and representation activities",
        (
            "*Organising* and *participating* in *events*, meetings, debates, round tables with different actors including public authorities",
            "*Communicating* and *disseminating* the *measures* and *activities* implemented by the partnership",
            "*Representing* the partnership in various *bodies* and assemblies and in the *meetings* of the public authorities",
        ),
        (
            "Knowledge of public relations strategies and methods",
            "Knowledge of private actors, public actors and the economic world (branches, professional federations and companies) of the community",
        ),
        (
            "Skills for organising and facilitating meetings and events",
            "Presentation skills",
            "Master different communication tools and media",
            "Social network management",
            "Ability to listen and reflect",
        ),
        (
            "Ability to communicate orally (in public) and in writing",
            "Relational ease",
            "Adaptability (to interlocutors and subjects)",
        ),
    ),
}
