"""What an organizer answers to the reports about a name."""

from django import forms

from signatures.forms.desk.text_fields import note_field


class AnswerReportForm(forms.Form):
    """`seen` is the id of the newest report that the organizer read, `revision` the signature's."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    note = note_field()
