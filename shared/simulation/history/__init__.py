"""Five real deployments from 2013 to 2022, told as imported events, so that questions as of those days have answers.

Figures and names come from published articles; what an article leaves open (which commune, which day) is filled in
plainly and evenly, and says so. Nothing here claims more about an agency than the sums that the articles give.
"""
