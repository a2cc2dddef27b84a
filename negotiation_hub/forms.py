"""How forms look: one field template for the whole site."""

from django.forms.renderers import TemplatesSetting


class HubRenderer(TemplatesSetting):
    """Renders every form field with our own template."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
